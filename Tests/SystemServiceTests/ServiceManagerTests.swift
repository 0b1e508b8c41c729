import CanteenTestSupport
import Foundation
import SystemService
import Testing

struct ServiceManagerTests {
  @Test func `Words arrive as systemd reads them, each on its line`() throws {
    let folder = try TemporaryFolder()
    let socket = NotifySocket(in: folder)
    let manager = try #require(ServiceManager(environment: socket.environment, processID: 42))
    manager.tell(.ready, .status("Selling\nWATCHDOG=1"))
    manager.tell(.alive)
    manager.tell(.stopping)
    #expect(socket.heard() == ["READY=1\nSTATUS=Selling WATCHDOG=1", "WATCHDOG=1", "STOPPING=1"])
  }

  @Test func `A container's abstract socket is reached, too`() throws {
    let folder = try TemporaryFolder()
    let socket = NotifySocket(in: folder, abstractName: "@canteen-test-\(UUID())")
    try #require(ServiceManager(environment: socket.environment, processID: 42)).tell(.ready)
    #expect(socket.heard() == ["READY=1"])
  }

  @Test func `Started by hand there is nobody to tell`() {
    #expect(ServiceManager(environment: [:], processID: 42) == nil)
    #expect(ServiceManager(environment: ["NOTIFY_SOCKET": ""], processID: 42) == nil)
    #expect(
      ServiceManager(environment: ["NOTIFY_SOCKET": "/" + String(repeating: "n", count: 200)], processID: 42)
        == nil)
  }

  @Test func `A watchdog that is meant for another process is left alone`() throws {
    func patience(_ more: [String: String]) throws -> Duration? {
      let environment = ["NOTIFY_SOCKET": "/run/nobody"].merging(more) { $1 }
      return try #require(ServiceManager(environment: environment, processID: 42)).patience
    }
    #expect(try patience([:]) == nil)
    #expect(try patience(["WATCHDOG_USEC": "30000000"]) == .seconds(30))
    #expect(try patience(["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "42"]) == .seconds(30))
    #expect(try patience(["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "41"]) == nil)
  }

  @Test func `Nobody at the other end is no reason to fail`() throws {
    let manager = try #require(
      ServiceManager(environment: ["NOTIFY_SOCKET": "/nonexistent/notify"], processID: 42))
    manager.tell(.ready)
  }
}
