import Foundation

extension StagePlan.Ports {
  /// Free ports in a row, below those the kernel lends to outgoing connections: a program that is down for a
  /// moment must not find its port lent to somebody else.
  public static func free(tills: Int) throws -> Self {
    let needed = 4 + tills
    for _ in 0..<200 {
      let first = Int.random(in: 20_000..<32_000)
      if (first..<first + needed).allSatisfy(isFree) {
        return Self(
          sandbox: first, gateway: first + 1, gatewayForTills: first + 2, gatewayForPairing: first + 3,
          terminal: first + 4)
      }
    }
    throw StageError("There are no \(needed) free ports in a row between 20000 and 32000.")
  }

  private static func isFree(_ port: Int) -> Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }
}
