public import CanteenCore

/// What the student page shows.
public struct StudentView: Sendable, Equatable, Codable {
  public enum Screen: String, Sendable, Codable, CaseIterable {
    case wake
    case guide
    case recognised
    case lookHere = "look_here"
    case phoneTail = "phone_tail"
    case oneMoment = "one_moment"
    case accepted
    case alreadyPaid = "already_paid"
    case askStaff = "ask_staff"
    case notRecognised = "not_recognised"
    /// The face may be one of several people, and nothing tells which.
    case otherWay = "other_way"
    /// A payment code may have been charged (待确认): nobody should pay again.
    case unclear
    case unavailable
  }

  /// What to do for the camera, in Chinese and English.
  public struct Hint: Sendable, Equatable, Codable {
    public let zh: String
    public let en: String

    public init(zh: String, en: String) {
      self.zh = zh
      self.en = en
    }
  }

  public let screen: Screen
  public let amount: Fen?
  /// What the school pays of it, once that is known.
  public let subsidy: Fen?
  public let name: String?
  /// Wrong phone tails that are still allowed, while one is asked.
  public let triesLeft: Int?
  public let hints: [Hint]
  /// The preview may be fetched.
  public let showsPreview: Bool

  public init(
    screen: Screen, amount: Fen?, subsidy: Fen?, name: String?, triesLeft: Int?, hints: [Hint],
    showsPreview: Bool
  ) {
    self.screen = screen
    self.amount = amount
    self.subsidy = subsidy
    self.name = name
    self.triesLeft = triesLeft
    self.hints = hints
    self.showsPreview = showsPreview
  }

  private enum CodingKeys: String, CodingKey {
    case screen
    case amount = "amount_fen"
    case subsidy = "subsidy_fen"
    case name
    case triesLeft = "tries_left"
    case hints
    case showsPreview = "shows_preview"
  }
}
