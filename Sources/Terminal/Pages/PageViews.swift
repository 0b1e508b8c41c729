import CanteenCore
import OrderLedger

/// What the staff page shows, as JSON.
struct TillView: Sendable, Equatable, Encodable {
  /// Faces are accepted by the colour camera alone.
  static let infraredFails = "infrared_camera_failed"

  struct Sale: Sendable, Equatable, Encodable {
    /// `idle`, `recognised`, `awaiting_face`, `awaiting_tail`, `awaiting_platform`, `unclear`, `booking` or
    /// `accepted`.
    let phase: String
    let amount: Fen?
    let number: String?
    let name: String?
    let notice: Notice?

    private enum CodingKeys: String, CodingKey {
      case phase
      case amount = "amount_fen"
      case number = "out_trade_no"
      case name
      case notice
    }
  }

  struct Notice: Sendable, Equatable, Encodable {
    let code: String
    let detail: String?
    /// What speaks against the sale.
    var objections: [String] = []
    /// An operator's PIN is enough.
    var mayOverride = false

    private enum CodingKeys: String, CodingKey {
      case code
      case detail
      case objections
      case mayOverride = "may_override"
    }
  }

  struct Unsent: Sendable, Equatable, Encodable {
    let orders: Int
    let amount: Fen
    let oldestSeconds: Int64?
    /// Set when the gateway will not take an entry and a person has to look.
    let refused: String?

    private enum CodingKeys: String, CodingKey {
      case orders
      case amount = "amount_fen"
      case oldestSeconds = "oldest_seconds"
      case refused
    }
  }

  struct Camera: Sendable, Equatable, Encodable {
    /// `closed`, `pre_recognition` or `post_recognition`.
    let phase: String
    let device: CameraState.Device
    let error: String?
  }

  let terminal: TerminalID
  let sale: Sale
  let sells: AmountMode
  let fixedAmount: Fen?
  /// The meal of the hour, when there is one.
  let period: String?
  let menu: [MenuItem]
  let shift: Shift?
  /// Ways to pay beside the face and by hand.
  let means: MeansOffered
  let hasOperators: Bool
  /// What does not stop the till and staff should know: offline limits that are nearly used up, or ``infraredFails``.
  let warnings: [String]
  let timeQuality: TimeQuality
  let blockers: [FaceBlocker]
  let camera: Camera
  /// `unknown`, `up` or `down`.
  let network: String
  let unsent: Unsent
  let recent: [BookedOrder]
  let people: Int

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
  }
}

/// What the student page shows, as JSON.
struct StudentView: Sendable, Equatable, Encodable {
  enum Screen: String, Sendable, Encodable {
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
    /// The face is one of several, and nothing tells which.
    case otherWay = "other_way"
    /// A payment code may have been charged (待确认): nobody should pay again.
    case unclear
    case unavailable
  }

  let screen: Screen
  let amount: Fen?
  /// What the school pays of it, once that is known.
  let subsidy: Fen?
  let name: String?
  /// Wrong phone tails that are still allowed, while one is asked.
  let triesLeft: Int?
  /// What to do for the camera, each in Chinese and English.
  let hints: [Hint]
  /// The moving picture may be fetched.
  let showsPreview: Bool

  struct Hint: Sendable, Equatable, Encodable {
    let zh: String
    let en: String
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

  /// - Parameter price: what a meal costs now, where staff do not key.
  init(_ sale: CheckoutService.Snapshot, hints: [Hint], price: Fen?) {
    let name: String?
    subsidy = sale.phase.charge.flatMap { $0.subsidy > .zero ? $0.subsidy : nil }
    switch (sale.phase, sale.notice) {
    case (.accepted(let order), _):
      (screen, amount, name) = (.accepted, order.charge.amount, order.user?.displayName)
    case (.booking(let order), _):
      (screen, amount, name) = (.oneMoment, order.charge.amount, order.user?.displayName)
    case (.awaitingPlatform(let attempt), _):
      (screen, amount, name) = (.oneMoment, attempt.charge.amount, attempt.payer.user?.displayName)
    case (.unclear(let attempt), _):
      (screen, amount, name) = (.unclear, attempt.charge.amount, attempt.payer.user?.displayName)
    case (_, _) where !sale.faceBlockers.isEmpty:
      (screen, amount, name) = (.unavailable, sale.phase.amount, nil)
    case (_, _) where sale.cameraPhase == .closed:
      (screen, amount, name) = (.wake, sale.phase.amount, nil)
    case (_, .objected(let user, let objections, let mayOverride)):
      let paid =
        mayOverride
        && objections.contains { objection in
          if case .mealTaken = objection { true } else { objection == .justCharged }
        }
      (screen, amount, name) = (paid ? .alreadyPaid : .askStaff, sale.phase.amount, user.displayName)
    case (_, .cannotBeSold):
      (screen, amount, name) = (.askStaff, sale.phase.amount, nil)
    case (_, .notToldApart):
      (screen, amount, name) = (.otherWay, sale.phase.amount, nil)
    case (_, .notRecognised):
      (screen, amount, name) = (.notRecognised, sale.phase.amount, nil)
    case (.recognised(let identification), _):
      (screen, amount, name) = (.recognised, nil, identification.user.displayName)
    case (.awaitingTail(let asked), _):
      (screen, amount, name) = (.phoneTail, asked.locked?.amount, nil)
    case (.awaitingFace(let locked), _):
      (screen, amount, name) = (.lookHere, locked.amount, nil)
    case (.idle, _):
      (screen, amount, name) = (.guide, price, nil)
    }
    self.name = name
    showsPreview = sale.showsPreview
    triesLeft = if case .awaitingTail(let asked) = sale.phase { asked.triesLeft } else { nil }
    self.hints = screen == .lookHere || screen == .guide ? hints : []
  }
}

extension CheckoutSession.Phase {
  /// `idle`, `recognised`, `awaiting_face`, `awaiting_tail`, `awaiting_platform`, `unclear`, `booking` or `accepted`.
  var label: String {
    switch self {
    case .idle: "idle"
    case .recognised: "recognised"
    case .awaitingFace: "awaiting_face"
    case .awaitingTail: "awaiting_tail"
    case .awaitingPlatform: "awaiting_platform"
    case .unclear: "unclear"
    case .booking: "booking"
    case .accepted: "accepted"
    }
  }

  var locked: CheckoutSession.LockedAmount? {
    switch self {
    case .idle, .recognised: nil
    case .awaitingFace(let locked): locked
    case .awaitingTail(let asked): asked.locked
    case .awaitingPlatform(let attempt), .unclear(let attempt): attempt.locked
    case .booking(let order), .accepted(let order): order.locked
    }
  }

  /// What the user pays or paid, once known; before that the list price.
  var amount: Fen? { charge?.amount ?? locked?.amount }

  var charge: Charge? {
    switch self {
    case .booking(let order), .accepted(let order): order.charge
    case .awaitingPlatform(let attempt), .unclear(let attempt): attempt.charge
    case .idle, .recognised, .awaitingFace, .awaitingTail: nil
    }
  }

  var displayName: String? {
    switch self {
    case .recognised(let identification): identification.user.displayName
    case .booking(let order), .accepted(let order): order.user?.displayName
    case .awaitingPlatform(let attempt), .unclear(let attempt): attempt.payer.user?.displayName
    case .idle, .awaitingFace, .awaitingTail: nil
    }
  }
}

extension TillView.Notice {
  init(_ notice: StaffNotice) {
    switch notice {
    case .notRecognised: self.init(code: "not_recognised", detail: nil)
    case .notToldApart(let obstacle): self.init(code: "look_alikes_\(obstacle.rawValue)", detail: nil)
    case .objected(let user, [.justCharged], _): self.init(code: "already_charged", detail: user.displayName)
    case .objected(let user, let objections, let mayOverride):
      self.init(
        code: "objected", detail: user.displayName, objections: objections.map(\.code),
        mayOverride: mayOverride)
    case .cannotBeSold(let error): self.init(code: "cannot_be_sold", detail: "\(error)")
    case .sessionTimedOut: self.init(code: "session_timed_out", detail: nil)
    case .codeRefused(let reason): self.init(code: "code_refused", detail: reason)
    case .codeUnclear(let reason): self.init(code: "code_unclear", detail: reason)
    case .bookingFailed(let reason): self.init(code: "booking_failed", detail: reason)
    }
  }
}
