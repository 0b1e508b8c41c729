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
    for (user, bars) in try await barredPeople().sorted(by: { $0.key.text < $1.key.text }) {
      // When it is not so any more, the change has told every till.
      _ = try await replace(
        bars, by: bars, of: user, telling: [.standing(of: user, bars.bar, to: .till(terminal))])
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
    return try await set(.advances, false, of: user)
  }

  /// The user may be charged again: what waits for the next window is tried now.
  ///
  /// - Returns: whether anything was.
  func hastenDelayedOrders(of user: OutUserID, at now: Timestamp) async throws -> Bool {
    var hastened = false
    for number in try await delayedOrders(of: user) {
      if try await amend([number], { $0.hasten(number, at: now) }) { hastened = true }
    }
    return hastened
  }
}
