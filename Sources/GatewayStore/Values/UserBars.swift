package import CanteenCore

/// Who keeps a user from paying by face. Each sets and lifts its own: money that comes lifts no block of the school's.
package enum BarSource: String, Sendable, Hashable, CaseIterable {
  /// The office.
  case school
  /// The user is blocked at the platform.
  case platform
  /// The guardian's contract has ended.
  case contract
  /// The platform advances nothing more until the guardian has repaid.
  case advances
}

/// Everything that keeps one user from paying by face.
package struct UserBars: Sendable, Hashable {
  package private(set) var sources: Set<BarSource>

  package static let none = UserBars([])

  package init(_ sources: Set<BarSource>) {
    self.sources = sources
  }

  /// What tills are told: the source that only people can lift first.
  package var bar: UserBar? {
    if !sources.isDisjoint(with: [.school, .platform]) { return .blocked }
    if sources.contains(.contract) { return .contractEnded }
    return sources.contains(.advances) ? .advancesUsedUp : nil
  }

  package func with(_ source: BarSource, _ isSet: Bool) -> UserBars {
    UserBars(isSet ? sources.union([source]) : sources.subtracting([source]))
  }
}

/// Somebody whose standing the platform may be asked about.
package struct StandingQuestion: Sendable, Hashable {
  package let user: OutUserID
  package let platform: PlatformID
  /// Only the platform's word lets the user pay.
  package let isUrgent: Bool

  package init(user: OutUserID, platform: PlatformID, isUrgent: Bool) {
    self.user = user
    self.platform = platform
    self.isUrgent = isUrgent
  }
}
