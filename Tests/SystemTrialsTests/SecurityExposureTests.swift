import Stage
import Testing

@testable import SystemTrials

@Suite struct SecurityExposureTests {
  @Test func `the level is the number in the last sentence`() throws {
    let output = """
        NAME                 DESCRIPTION                       EXPOSURE
      ✓ PrivateTmp=          Service has no access to /tmp          0.2
      ✗ RootImage=           Service runs within the host file      0.1

      → Overall exposure level for canteend.service: 1.3 OK :-)
      """
    #expect(try SecurityExposure.read(from: output) == 1.3)
  }

  @Test func `an output without a level is refused`() {
    #expect(throws: StageError.self) {
      try SecurityExposure.read(from: "Failed to load canteend.service: No such file or directory")
    }
  }
}
