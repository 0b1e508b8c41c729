public import CanteenCore

extension TillView {
  /// The sale in hand.
  public struct Sale: Sendable, Equatable, Codable {
    public let phase: SalePhase
    /// What the user pays or paid, once known; before that the list price.
    public let amount: Fen?
    public let number: String?
    public let name: String?
    public let notice: Notice?

    public init(phase: SalePhase, amount: Fen?, number: String?, name: String?, notice: Notice?) {
      self.phase = phase
      self.amount = amount
      self.number = number
      self.name = name
      self.notice = notice
    }

    private enum CodingKeys: String, CodingKey {
      case phase
      case amount = "amount_fen"
      case number = "out_trade_no"
      case name
      case notice
    }
  }

  /// What staff are told about the sale.
  public struct Notice: Sendable, Equatable, Codable {
    public let code: NoticeCode
    public let detail: String?
    /// Codes of ``SaleObjection``.
    public let objections: [String]
    /// An operator may override the objections with a PIN.
    public let mayOverride: Bool

    public init(
      code: NoticeCode, detail: String? = nil, objections: [String] = [], mayOverride: Bool = false
    ) {
      self.code = code
      self.detail = detail
      self.objections = objections
      self.mayOverride = mayOverride
    }

    private enum CodingKeys: String, CodingKey {
      case code
      case detail
      case objections
      case mayOverride = "may_override"
    }
  }

  /// What the gateway does not have yet.
  public struct Unsent: Sendable, Equatable, Codable {
    public let orders: Int
    public let amount: Fen
    public let oldestSeconds: Int64?
    /// Set when the gateway will not take an entry and a person has to look.
    public let refused: String?

    public init(orders: Int, amount: Fen, oldestSeconds: Int64?, refused: String?) {
      self.orders = orders
      self.amount = amount
      self.oldestSeconds = oldestSeconds
      self.refused = refused
    }

    private enum CodingKeys: String, CodingKey {
      case orders
      case amount = "amount_fen"
      case oldestSeconds = "oldest_seconds"
      case refused
    }
  }

  public struct Camera: Sendable, Equatable, Codable {
    public let phase: CameraPhase
    public let device: CameraDevice
    public let error: String?

    public init(phase: CameraPhase, device: CameraDevice, error: String?) {
      self.phase = phase
      self.device = device
      self.error = error
    }
  }
}

/// Where the sale in hand stands.
public enum SalePhase: String, Sendable, Codable, CaseIterable {
  case idle
  case recognised
  case awaitingFace = "awaiting_face"
  /// Only staff can take this amount, or key it again for whoever stands there.
  case held
  case awaitingTail = "awaiting_tail"
  /// A payment code is being decided.
  case awaitingPlatform = "awaiting_platform"
  /// A payment code may have been charged, and nobody knows (待确认).
  case unclear
  case booking
  case accepted
}

/// What staff are told, as a word that pages have their own sentence for.
public enum NoticeCode: String, Sendable, Codable, CaseIterable {
  case notRecognised = "not_recognised"
  case lookAlikesWithoutPhone = "look_alikes_no_phone"
  case lookAlikesWithSameTail = "look_alikes_same_tail"
  case tailTriesUsedUp = "look_alikes_tries_used_up"
  case tailDeclined = "look_alikes_declined"
  case alreadyCharged = "already_charged"
  case objected
  case cannotBeSold = "cannot_be_sold"
  case sessionTimedOut = "session_timed_out"
  case codeRefused = "code_refused"
  case codeUnclear = "code_unclear"
  case bookingFailed = "booking_failed"
}
