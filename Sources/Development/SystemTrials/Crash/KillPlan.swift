import FaultInjection
import Stage

/// Who is killed when, for as many steps as are asked for; the same seed plans the same.
struct KillPlan: Sequence, IteratorProtocol {
  struct Step: Equatable {
    let moment: Moment
    /// Killed at the same moment.
    let victims: [DemoStage.Role]
    /// How long they stay down.
    let pause: Duration
  }

  /// Counted from the last start, or from when all programs listen.
  enum Moment: Equatable {
    case startingUp(after: Duration)
    case atWork(after: Duration)
  }

  private let tills: [DemoStage.Role]
  private var random: SeededRandom
  /// After a long absence of the gateway the tills' outboxes are full.
  private var outboxesAreFull = false

  init(seed: UInt64, tills: [DemoStage.Role]) {
    self.tills = tills
    random = SeededRandom(seed: seed, stream: "kills")
  }

  mutating func next() -> Step? {
    let victims = victims()
    let moment = moment()
    let isOutage = victims == [.gateway] && random.chance(0.4)
    let pause: Duration =
      isOutage
      ? random.milliseconds(2_000...4_000)
      : random.chance(0.6) ? .zero : random.milliseconds(10...1_200)
    outboxesAreFull = isOutage
    return Step(moment: moment, victims: victims, pause: pause)
  }

  private mutating func victims() -> [DemoStage.Role] {
    let till = tills.randomElement(using: &random) ?? .terminal
    switch Int.random(in: 0..<100, using: &random) {
    case ..<40: return [till]
    case ..<75: return [.gateway]
    case ..<90: return [till, .gateway]
    case ..<94: return [.sandbox, .gateway] + tills
    default: return [.sandbox]
    }
  }

  private mutating func moment() -> Moment {
    if outboxesAreFull { return .atWork(after: random.milliseconds(0...300)) }
    switch Int.random(in: 0..<100, using: &random) {
    case ..<25: return .startingUp(after: random.milliseconds(3...500))
    case ..<70: return .atWork(after: random.milliseconds(50...2_500))
    default: return .atWork(after: random.milliseconds(2_500...6_000))
    }
  }
}
