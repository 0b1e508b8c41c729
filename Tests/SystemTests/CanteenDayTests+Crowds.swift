import CanteenCore
import Foundation
import Glibc
import Stage
import Testing
import TillAPI

/// More callers than anybody serves.
extension CanteenDayTests {
  /// Connections on which nobody says anything.
  private final class SilentCallers {
    private var sockets: [Int32] = []

    /// - Parameter address: of a program on this machine, for example `http://127.0.0.1:8780`.
    init(_ count: Int, at address: String) throws {
      var files = rlimit()
      getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &files)
      files.rlim_cur = files.rlim_max
      setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &files)
      let port = try #require(URL(string: address)?.port.flatMap(UInt16.init(exactly:)))
      for _ in 0..<count {
        let caller = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        try #require(caller >= 0, "this machine has no more files to open")
        sockets.append(caller)
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_port = port.bigEndian
        place.sin_addr.s_addr = inet_addr("127.0.0.1")
        // A listener with a full queue lets no more in; the others are there all the same.
        _ = fcntl(caller, F_SETFL, O_NONBLOCK)
        _ = withUnsafePointer(to: &place) {
          $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            connect(caller, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
          }
        }
      }
    }

    deinit { for socket in sockets { close(socket) } }
  }

  @Test func `1,200 connections that say nothing stop neither sales, nor settlement, nor canteenctl`()
    async throws
  {
    try await onStage { stage in
      try await eventually("a first order") { try await stage.tillStatus().orders.paid >= 1 }
      let callers = try await [
        SilentCallers(1_200, at: stage.address(of: .gateway)),
        SilentCallers(1_200, at: stage.address(of: .terminal)),
      ]
      func ordersPaid() async throws -> Int {
        try JSONDecoder().decode(
          TillStatus.self, from: Data(try await stage.attendTill(["status"]).utf8)
        ).orders.paid
      }
      let before = try await ordersPaid()
      try await eventually("two more are paid", within: 150) { try await ordersPaid() >= before + 2 }
      withExtendedLifetime(callers) {}
    }
  }
}
