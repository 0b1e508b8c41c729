import CanteenCore
import Concurrency
import FaultInjection
import Gateway
import GatewayProtocol
import GatewayStore
import HTTPService
import OrderLedger
import Synchronization
import Terminal

/// The way from one till to the gateway and back, which loses, repeats and delays what it carries.
final class SimulatedNetwork: OrderTransport, CodeTransport, Sendable {
  struct Lost: Error {}

  private struct State {
    var isOnline = true
    var school: SimulatedSchool?
    var random: SeededRandom
    var losesAnswers: Bool
    var keepsBatches: Bool
    var earlierBatches: [[LedgerEntry]] = []
    var earlierEvents: [TerminalEvents] = []
    var lostAnswers = 0
    var isCaptive = false
    var isLying = false
    /// What a liar has overheard.
    var overheard: [SignedText] = []
    var lies: [String: Int] = [:]
    /// Called when a batch has arrived and its answer has not: the till may be killed there.
    var inTheMiddle: (@Sendable () -> Void)?
  }

  private let terminal: TerminalID
  private let time: TrueTime
  private let state: Mutex<State>

  init(terminal: TerminalID, time: TrueTime, plan: LunchPlan) {
    self.terminal = terminal
    self.time = time
    state = Mutex(
      State(
        random: SeededRandom(seed: plan.seed, stream: "network \(terminal)"),
        losesAnswers: plan.troubles.contains(.lostAnswers),
        keepsBatches: plan.troubles.contains(.lateBatches)))
  }

  var isOnline: Bool { state.withLock { $0.isOnline } }

  /// Uploads that arrived and whose answers did not.
  var lostAnswers: Int { state.withLock { $0.lostAnswers } }

  func set(online: Bool) { state.withLock { $0.isOnline = online } }

  /// A portal answers everything, and none of it is from the gateway.
  func set(captive: Bool) { state.withLock { $0.isCaptive = captive } }

  func set(lying: Bool) { state.withLock { $0.isLying = lying } }

  /// How often somebody in between said something in the gateway's place, by what was said.
  var lies: [String: Int] { state.withLock { $0.lies } }

  /// What an answer said belongs to a history that the gateway has lost.
  func forgetEarlierAnswers() {
    state.withLock { state in
      state.earlierEvents = []
      state.overheard = []
    }
  }

  /// nil while the gateway is down.
  func connect(to school: SimulatedSchool?) { state.withLock { $0.school = school } }

  func calmDown() {
    state.withLock { state in
      state.isOnline = true
      state.losesAnswers = false
      state.keepsBatches = false
      state.isCaptive = false
      state.isLying = false
      state.inTheMiddle = nil
    }
  }

  func inTheMiddleOfTheNextUpload(_ action: @escaping @Sendable () -> Void) {
    state.withLock { $0.inTheMiddle = action }
  }

  func held(_ question: HeldLedgerQuestion) async throws -> SignedText {
    let school = try reach(losing: 0.05)
    if let old = lie("old_statements", outOf: 3, \.overheard.first) { return old }
    guard let paired = try await school.store.terminal(terminal) else { throw Lost() }
    let held = try await school.held.answer(question, of: paired)
    overhear(held)
    return held
  }

  func ownEntries(after sequence: Int64) async throws -> [LedgerEntry] {
    try await reach(losing: 0.05).store.entries(of: terminal, after: sequence, atMost: 50)
  }

  func strayEntries(after place: Int64) async throws -> StrayEntries {
    try await reach(losing: 0.05).store.strays(of: terminal, after: place)
  }

  private func overhear(_ said: SignedText) {
    state.withLock { if $0.isLying { $0.overheard.append(said) } }
  }

  /// What somebody in between says in the gateway's place; nil when the gateway is let speak.
  private func lie<Answer>(_ name: String, outOf: Int, _ answer: (State) -> Answer?) -> Answer? {
    state.withLock { state in
      guard state.isLying, state.random.pick(1...outOf) == 1, let answer = answer(state) else { return nil }
      state.lies[name, default: 0] += 1
      return answer
    }
  }

  private func storedAll(_ upload: OrderUpload, _ held: SignedText?) -> OrderUploadAnswer {
    OrderUploadAnswer(
      answers: upload.entries.map { .init(sequence: $0.sequence, outcome: .stored) }, held: held)
  }

  func upload(_ upload: OrderUpload) async throws -> OrderUploadAnswer {
    if state.withLock({ $0.isCaptive && $0.isOnline }) {
      state.withLock { $0.lies["portal_answers", default: 0] += 1 }
      return storedAll(upload, nil)
    }
    let school = try reach(losing: 0.05)
    if let old = lie("swallowed_uploads", outOf: 2, { $0.overheard.last }) { return storedAll(upload, old) }
    let answers = try await take(upload.entries, heldThrough: upload.heldThrough ?? 0, at: school)
    let held = if let question = upload.question { try await self.held(question) } else { nil as SignedText? }
    let (isLost, kill) = state.withLock { state in
      defer { state.inTheMiddle = nil }
      if state.keepsBatches, state.random.chance(0.2) { state.earlierBatches.append(upload.entries) }
      return (state.losesAnswers && state.random.chance(0.1), state.inTheMiddle)
    }
    kill?()
    if isLost {
      state.withLock { $0.lostAnswers += 1 }
      throw Lost()
    }
    return OrderUploadAnswer(answers: answers, held: held)
  }

  /// An earlier batch arrives once more; nobody listens to the answer.
  ///
  /// - Returns: false when there is none.
  func repeatAnEarlierBatch() async throws -> Bool {
    let school = try reach(losing: 0)
    let batch = state.withLock { state -> [LedgerEntry]? in
      guard !state.earlierBatches.isEmpty else { return nil }
      let index = state.random.pick(0...state.earlierBatches.count - 1)
      return state.earlierBatches.remove(at: index)
    }
    guard let batch else { return false }
    _ = try await take(batch, heldThrough: .max, at: school)
    return true
  }

  func collect(_ order: Order, with code: PaymentCode) async -> CodeOutcome {
    guard let school = try? reach(losing: 0.05) else {
      return .notCharged(reason: "the gateway does not answer")
    }
    return await answered {
      try await school.codes.collect(CodePaymentRequest(order: order, code: code), for: $0)
    }
  }

  func outcome(ofCodeFor number: OutTradeNumber) async -> CodeOutcome {
    guard let school = try? reach(losing: 0.05) else {
      return .unclear(reason: "the gateway does not answer")
    }
    return await answered { try await school.codes.outcome(of: number, for: $0) }
  }

  private func answered(by ask: (TerminalID) async throws -> CodePaymentAnswer) async -> CodeOutcome {
    do {
      let answer = try await ask(terminal)
      _ = try reach(losing: 0.1)
      return answer.codeOutcome
    } catch let refusal as HTTPRefusal {
      return .notCharged(reason: refusal.refusal.message)
    } catch {
      return .unclear(reason: "\(error)")
    }
  }

  func lease(_ request: LeaseRequest) async throws -> SignedText {
    try await reach(losing: 0.05).leases.lease(for: terminal, request)
  }

  /// Events from the place on; now and then earlier events are delivered again instead.
  func events(from place: StorePlace) async throws -> TerminalEvents {
    let school = try reach(losing: 0.05)
    let deaf = lie("news_beyond_the_end", outOf: 4) { _ in
      TerminalEvents(items: [], cursor: .max, epoch: place.epoch)
    }
    if let deaf { return deaf }
    let events = try await school.delivery.events(for: terminal, from: place)
    return state.withLock { state in
      guard state.keepsBatches else { return events }
      if !events.items.isEmpty, state.random.chance(0.2) { state.earlierEvents.append(events) }
      guard !state.earlierEvents.isEmpty, state.random.chance(0.1) else { return events }
      return state.earlierEvents.removeFirst()
    }
  }

  private func take(_ entries: [LedgerEntry], heldThrough: Int64, at school: SimulatedSchool) async throws
    -> [OrderUploadAnswer.Answer]
  {
    guard let paired = try await school.store.terminal(terminal) else { throw Lost() }
    defer { school.eventsWritten.increment() }
    return try await school.intake.take(entries, of: paired, heldThrough: heldThrough, at: time.now())
  }

  private func reach(losing share: Double) throws -> SimulatedSchool {
    try state.withLock { state in
      if state.isCaptive, state.isOnline { state.lies["portal_answers", default: 0] += 1 }
      guard state.isOnline, !state.isCaptive, let school = state.school,
        !(state.losesAnswers && state.random.chance(share))
      else {
        throw Lost()
      }
      return school
    }
  }
}
