import CanteenCore
import OrderLedger

/// What the staff page shows, as JSON.
struct TillView: Sendable, Equatable, Encodable {
  struct Sale: Sendable, Equatable, Encodable {
    /// `idle`, `recognised`, `awaiting_face`, `booking` or `accepted`.
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
    let error: String?
  }

  let terminal: TerminalID
  let sale: Sale
  let fixedAmount: Fen?
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
    case fixedAmount = "fixed_amount_fen"
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
    case oneMoment = "one_moment"
    case accepted
    case alreadyPaid = "already_paid"
    case notRecognised = "not_recognised"
    case unavailable
  }

  let screen: Screen
  let amount: Fen?
  let name: String?
  /// What to do for the camera, each in Chinese and English.
  let hints: [Hint]

  struct Hint: Sendable, Equatable, Encodable {
    let zh: String
    let en: String
  }

  private enum CodingKeys: String, CodingKey {
    case screen
    case amount = "amount_fen"
    case name
    case hints
  }

  init(_ sale: CheckoutService.Snapshot, hints: [Hint], fixedAmount: Fen?) {
    let name: String?
    switch (sale.phase, sale.notice) {
    case (.accepted(let order), _):
      (screen, amount, name) = (.accepted, order.locked.amount, order.identification?.user.displayName)
    case (.booking(let order), _):
      (screen, amount, name) = (.oneMoment, order.locked.amount, order.identification?.user.displayName)
    case (_, _) where !sale.faceBlockers.isEmpty:
      (screen, amount, name) = (.unavailable, sale.phase.amount, nil)
    case (_, _) where sale.cameraPhase == .closed:
      (screen, amount, name) = (.wake, sale.phase.amount, nil)
    case (_, .alreadyCharged(let user)):
      (screen, amount, name) = (.alreadyPaid, sale.phase.amount, user.displayName)
    case (_, .notRecognised):
      (screen, amount, name) = (.notRecognised, sale.phase.amount, nil)
    case (.recognised(let identification), _):
      (screen, amount, name) = (.recognised, nil, identification.user.displayName)
    case (.awaitingFace(let locked), _):
      (screen, amount, name) = (.lookHere, locked.amount, nil)
    case (.idle, _):
      (screen, amount, name) = (.guide, fixedAmount, nil)
    }
    self.name = name
    self.hints = screen == .lookHere || screen == .guide ? hints : []
  }
}

extension CheckoutSession.Phase {
  /// `idle`, `recognised`, `awaiting_face`, `booking` or `accepted`.
  var label: String {
    switch self {
    case .idle: "idle"
    case .recognised: "recognised"
    case .awaitingFace: "awaiting_face"
    case .booking: "booking"
    case .accepted: "accepted"
    }
  }

  var locked: CheckoutSession.LockedAmount? {
    switch self {
    case .idle, .recognised: nil
    case .awaitingFace(let locked): locked
    case .booking(let order), .accepted(let order): order.locked
    }
  }

  var amount: Fen? { locked?.amount }

  var displayName: String? {
    switch self {
    case .recognised(let identification): identification.user.displayName
    case .booking(let order), .accepted(let order): order.identification?.user.displayName
    case .idle, .awaitingFace: nil
    }
  }
}

extension CameraProtection.Phase {
  var label: String {
    switch self {
    case .closed: "closed"
    case .preRecognition: "pre_recognition"
    case .postRecognition: "post_recognition"
    }
  }
}

extension TillView.Notice {
  init(_ notice: StaffNotice) {
    switch notice {
    case .notRecognised: self.init(code: "not_recognised", detail: nil)
    case .alreadyCharged(let user): self.init(code: "already_charged", detail: user.displayName)
    case .sessionTimedOut: self.init(code: "session_timed_out", detail: nil)
    case .bookingFailed(let reason): self.init(code: "booking_failed", detail: reason)
    }
  }
}
