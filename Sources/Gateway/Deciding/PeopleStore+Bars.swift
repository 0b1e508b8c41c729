package import CanteenCore
package import GatewayStore
import PaymentPlatform

extension PeopleStore {
  /// One source bars a user from paying by face, or lets them as far as it goes. Every till hears at once when that makes
  /// a difference.
  ///
  /// - Returns: whether tills have something to hear.
  @discardableResult
  package func set(_ source: BarSource, _ isSet: Bool, of user: OutUserID) async throws -> Bool {
    try await change(user) { $0.with(source, isSet) }
  }

  /// What the platform says of a user: contract and block, never what the school or an advance has to say.
  ///
  /// - Returns: whether tills have something to hear.
  func note(_ standing: FaceUserStanding, of user: OutUserID) async throws -> Bool {
    try await change(user) {
      $0.with(.contract, standing.bar == .contractEnded).with(.platform, standing.bar == .blocked)
    }
  }

  /// A till that was just paired hears of everybody who may not pay.
  func tellBars(to terminal: TerminalID) async throws {
    for user in try await barredPeople().keys.sorted(by: { $0.text < $1.text }) {
      // Whatever changes the bars meanwhile need not have told anybody: a second source makes no difference to tills.
      while let bars = try await bars(of: user), let bar = bars.bar {
        if try await replace(
          bars, by: bars, of: user, telling: [.standing(of: user, bar, to: .till(terminal))])
        {
          break
        }
      }
    }
  }

  private func change(_ user: OutUserID, _ rule: (UserBars) -> UserBars) async throws -> Bool {
    while let before = try await bars(of: user) {
      let after = rule(before)
      guard after != before else { return false }
      let events = after.bar == before.bar ? [] : [AddressedEvent.standing(of: user, after.bar)]
      if try await replace(before, by: after, of: user, telling: events) { return !events.isEmpty }
    }
    return false
  }
}

extension OrderStore where Self: PeopleStore {
  /// Nothing that the user bought waits for money any more: who had run out of advances may pay again.
  ///
  /// - Returns: whether tills have something to hear.
  func liftAdvancesBar(of user: OutUserID) async throws -> Bool {
    guard try await bars(of: user)?.sources.contains(.advances) == true,
      try await delayedOrders(of: user).isEmpty
    else { return false }
    guard try await set(.advances, false, of: user) else { return false }
    // An order that was delayed meanwhile found the bar already set, and relied on it.
    if try await !delayedOrders(of: user).isEmpty { try await set(.advances, true, of: user) }
    return true
  }
}
