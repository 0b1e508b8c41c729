import CanteenCore
import FaultInjection
public import Stage
import TillAPI

/// Staff at one till who key as fast as the till answers, with a pause now and then: some amounts for the
/// next face, some taken by hand.
public struct TillLoad: Sendable {
  let stage: DemoStage
  let till: DemoStage.Role
  let observed: ObservedOrders
  let amounts: AmountAllocator
  /// Chosen so that the amounts last for the whole run.
  let longestBreath: Duration
  /// How long an amount waits for its face before the next is keyed.
  let patienceWithFace: Duration

  public init(
    stage: DemoStage, till: DemoStage.Role, observed: ObservedOrders, amounts: AmountAllocator,
    longestBreath: Duration,
    patienceWithFace: Duration = .milliseconds(2_500)
  ) {
    self.stage = stage
    self.till = till
    self.observed = observed
    self.amounts = amounts
    self.longestBreath = longestBreath
    self.patienceWithFace = patienceWithFace
  }

  /// Works until cancelled; a till that is down is tried again.
  public func run(seed: UInt64) async {
    var random = SeededRandom(seed: seed, stream: "load")
    while !Task.isCancelled {
      for _ in 0..<Int.random(in: 0...6, using: &random) { await takeByHand() }
      await sellToFace()
      if random.chance(0.5) {
        try? await Task.sleep(for: longestBreath * Double.random(in: 0...1, using: &random))
      }
    }
  }

  /// Notes everything that the staff page shows.
  public func watchPage() async {
    while !Task.isCancelled {
      try? await stage.watch(till) { await observed.see($0, of: till) }
      try? await Task.sleep(for: .milliseconds(20))
    }
  }

  /// Keys one amount that staff take themselves.
  public func takeByHand() async {
    guard let amount = await amounts.amountForStaff() else { return await pause() }
    await observed.willKey(amount)
    if await key(TillOperations.takeByStaff, amount) { await observed.confirmed(amount) }
  }

  private func sellToFace() async {
    guard await answered({ try await stage.wakeCamera(at: till) }),
      let amount = await amounts.amountForFace()
    else { return await pause() }
    await observed.willKey(amount)
    guard await key(TillOperations.keyAmount, amount) else { return }
    _ = await answered { try await stage.allowRepeat(at: till) }
    let start = ContinuousClock.now
    while !Task.isCancelled, start.duration(to: .now) < patienceWithFace {
      if await observed.isAccepted(amount, at: till) { return }
      await pause()
    }
  }

  private func key(_ operation: TillOperation<KeyedSale, NoAnswer>, _ amount: Fen) async -> Bool {
    await answered { try await stage.send(KeyedSale(yuan: amount.yuan), to: operation, at: till) }
  }

  private func answered(_ call: () async throws -> Void) async -> Bool {
    do {
      try await call()
      return true
    } catch {
      await pause()
      return false
    }
  }

  private func pause() async { try? await Task.sleep(for: .milliseconds(15)) }
}
