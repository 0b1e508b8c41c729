public import CanteenCore

/// What the staff page shows.
public struct TillView: Sendable, Equatable, Codable {
  /// A warning: the infrared camera failed, and faces are accepted by the colour camera alone.
  public static let infraredFails = "infrared_camera_failed"
  /// What the page says of orders and shift is what the ledger said before it could not be read.
  public static let ledgerUnread = "ledger_unread"

  public let terminal: TerminalID
  public let sale: Sale
  public let sells: AmountMode
  /// What a meal costs now at a till that prices by itself.
  public let fixedAmount: Fen?
  /// The title of the current meal, when there is one.
  public let period: String?
  public let menu: [MenuItem]
  public let shift: Shift?
  /// Ways to pay beside the face and by hand.
  public let means: MeansOffered
  public let hasOperators: Bool
  /// What staff should know although it does not stop the till: ``OfflineGauge``s that are nearly used up, or
  /// ``infraredFails`` or ``ledgerUnread``.
  public let warnings: [String]
  public let timeQuality: TimeQuality
  public let blockers: [FaceBlocker]
  public let camera: Camera
  public let network: NetworkState
  public let unsent: Unsent
  public let recent: [BookedOrder]
  public let people: Int
  /// Minutes the school's clock is ahead of UTC.
  public let utcOffset: Int

  public init(
    terminal: TerminalID, sale: Sale, sells: AmountMode, fixedAmount: Fen?, period: String?,
    menu: [MenuItem], shift: Shift?, means: MeansOffered, hasOperators: Bool, warnings: [String],
    timeQuality: TimeQuality,
    blockers: [FaceBlocker], camera: Camera, network: NetworkState, unsent: Unsent, recent: [BookedOrder],
    people: Int, utcOffset: Int
  ) {
    self.terminal = terminal
    self.sale = sale
    self.sells = sells
    self.fixedAmount = fixedAmount
    self.period = period
    self.menu = menu
    self.shift = shift
    self.means = means
    self.hasOperators = hasOperators
    self.warnings = warnings
    self.timeQuality = timeQuality
    self.blockers = blockers
    self.camera = camera
    self.network = network
    self.unsent = unsent
    self.recent = recent
    self.people = people
    self.utcOffset = utcOffset
  }

  private enum CodingKeys: String, CodingKey {
    case terminal = "terminal_id"
    case sale
    case sells
    case fixedAmount = "fixed_amount_fen"
    case period
    case menu
    case shift
    case means
    case hasOperators = "has_operators"
    case warnings
    case timeQuality = "time_quality"
    case blockers
    case camera
    case network
    case unsent
    case recent
    case people
    case utcOffset = "utc_offset_minutes"
  }
}
