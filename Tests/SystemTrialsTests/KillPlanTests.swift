import Stage
import Testing

@testable import SystemTrials

struct KillPlanTests {
  private let tills = [DemoStage.Role.till(1), .till(2)]

  @Test func `The same seed plans the same kills, another seed others`() {
    let first = KillPlan(seed: 7, tills: tills).prefix(200)
    #expect(first.elementsEqual(KillPlan(seed: 7, tills: tills).prefix(200)))
    #expect(!first.elementsEqual(KillPlan(seed: 8, tills: tills).prefix(200)))
  }

  @Test(arguments: 1...5 as ClosedRange<UInt64>)
  func `A hundred steps hit each program, several at once, start-ups and full outboxes`(seed: UInt64) {
    let steps = Array(KillPlan(seed: seed, tills: tills).prefix(100))
    for role in tills + [.gateway, .sandbox] {
      #expect(steps.contains { $0.victims == [role] })
    }
    #expect(steps.contains { $0.victims.count > 1 })
    #expect(steps.allSatisfy { !$0.victims.isEmpty && Set($0.victims).count == $0.victims.count })
    let startUps = steps.count {
      if case .startingUp = $0.moment { true } else { false }
    }
    #expect(startUps >= 5)
    let whileDraining = zip(steps, steps.dropFirst()).count { before, step in
      if case .atWork(let delay) = step.moment, delay <= .milliseconds(300) {
        before.victims == [.gateway] && before.pause >= .seconds(2)
      } else {
        false
      }
    }
    #expect(whileDraining >= 3)
  }

  @Test func `A hundred kills leave time for the load and still end soon`() {
    let steps = KillPlan(seed: 3, tills: tills).prefix(100)
    let planned = steps.reduce(Duration.zero) { sum, step in
      switch step.moment {
      case .startingUp(let delay), .atWork(let delay): sum + delay + step.pause
      }
    }
    #expect((.seconds(120)...(.seconds(480))).contains(planned))
  }
}
