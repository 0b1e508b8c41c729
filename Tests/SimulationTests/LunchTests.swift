import CanteenCore
import Testing

@testable import Simulation

@Suite(.timeLimit(.minutes(10)))
struct LunchTests {
  @Test(arguments: 1...3 as ClosedRange<UInt64>)
  func `I1, I2, I3, I5, I9: a lunch full of trouble loses nothing and charges nobody twice`(seed: UInt64)
    async throws
  {
    var plan = LunchPlan.usual(seed: seed)
    plan.students = 80
    let result = try await Stage.play(plan)
    #expect(result.findings == [])
    #expect(result.lost == 0 && result.duplicated == 0 && result.unexplainedFen == 0)
    #expect(result.orders > 40)
  }

  @Test func `The same seed is the same lunch`() async throws {
    let plan = LunchPlan(seed: 7, students: 40, tills: 2)
    let (first, second) = (try await Stage.play(plan), try await Stage.play(plan))
    #expect(first.story == second.story)
    #expect(first.orders == second.orders)
    #expect(first.kills > 0)
  }

  @Test(arguments: 1...3 as ClosedRange<UInt64>)
  func `Twins pay from their own account: by the one they share, or by the phone tail`(seed: UInt64)
    async throws
  {
    let result = try await Stage.play(
      LunchPlan(seed: seed, students: 200, tills: 2, troubles: [.twins, .tillKills]))
    #expect(result.findings == [])
    #expect(result.ordersOfLookAlikes[.sameAccount, default: 0] > 0)
    #expect(result.ordersOfLookAlikes[.phoneTail, default: 0] > 0)
    #expect(result.wrongTails > 0)
  }

  @Test func `Payment codes are settled or given back, whatever is killed meanwhile`() async throws {
    let result = try await Stage.play(
      LunchPlan(
        seed: 4, students: 100, tills: 3,
        troubles: [.paymentCodes, .secondPlatform, .platformErrors, .lostAnswers, .tillKills, .gatewayKills]))
    #expect(result.findings == [])
    #expect(result.troubles["payment_codes", default: 0] > 0)
  }
}
