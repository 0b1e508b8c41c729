import CanteenCore
import Stage
import Testing
import TillAPI

extension CanteenDayTests {
  @Test func `A till that is revoked takes no more faces, as soon as it hears of it`() async throws {
    try await onStage { stage in
      try await stage.administer(["till", "revoke", "till-1"])
      while try await !stage.tillStatus().blockers.contains(.tillRevoked) {
        try await Task.sleep(for: .milliseconds(100))
      }
    }
  }
}
