import CanteenTestSupport
import Foundation
import Stage
import SystemTrials
import Testing

extension CanteenDayTests {
  @Test func `I1, I2, I3: programs killed at random moments under load lose, double and hide nothing`()
    async throws
  {
    var plan = try plan(fixedAmount: nil)
    plan.scenario = TestMaterial.project("scenarios/canteen-rush.yaml")
    plan.ports = try .free(tills: 2)
    plan.tills = 2
    plan.sameUserCooldown = 0
    let report = try await CrashTrial(on: plan, kills: 5, seed: 1, drainLimit: .seconds(60)) { _ in }.run()
    #expect(report.findings.isEmpty)
    #expect(report.figures.kills == 5)
    #expect(report.figures.orders > 5, "\(report.summary)")
    #expect(report.summary.contains("paid"), "\(report.summary)")
  }
}
