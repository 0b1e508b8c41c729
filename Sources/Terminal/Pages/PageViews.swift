import CanteenCore
import TillAPI

extension StudentView {
  /// - Parameter price: what a meal costs now; nil where staff key the amount.
  init(_ sale: CheckoutService.Snapshot, hints: [Hint], price: Fen?) {
    let (screen, amount, name): (Screen, Fen?, String?)
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
    case (.held(let locked), _):
      (screen, amount, name) = (.askStaff, locked.amount, nil)
    case (.idle, _):
      (screen, amount, name) = (.guide, price, nil)
    }
    let triesLeft: Int? = if case .awaitingTail(let asked) = sale.phase { asked.triesLeft } else { nil }
    self.init(
      screen: screen, amount: amount,
      subsidy: sale.phase.charge.flatMap { $0.subsidy > .zero ? $0.subsidy : nil }, name: name,
      triesLeft: triesLeft, hints: screen == .lookHere || screen == .guide ? hints : [],
      showsPreview: sale.showsPreview)
  }
}

extension SalePhase {
  init(_ phase: CheckoutSession.Phase) {
    self =
      switch phase {
      case .idle: .idle
      case .recognised: .recognised
      case .awaitingFace: .awaitingFace
      case .held: .held
      case .awaitingTail: .awaitingTail
      case .awaitingPlatform: .awaitingPlatform
      case .unclear: .unclear
      case .booking: .booking
      case .accepted: .accepted
      }
  }
}

extension CheckoutSession.Phase {
  var locked: CheckoutSession.LockedAmount? {
    switch self {
    case .idle, .recognised: nil
    case .awaitingFace(let locked), .held(let locked): locked
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
    case .idle, .recognised, .awaitingFace, .held, .awaitingTail: nil
    }
  }

  var displayName: String? {
    switch self {
    case .recognised(let identification): identification.user.displayName
    case .booking(let order), .accepted(let order): order.user?.displayName
    case .awaitingPlatform(let attempt), .unclear(let attempt): attempt.payer.user?.displayName
    case .idle, .awaitingFace, .held, .awaitingTail: nil
    }
  }
}

extension TillView.Notice {
  init(_ notice: StaffNotice) {
    switch notice {
    case .notRecognised: self.init(code: .notRecognised)
    case .notToldApart(let obstacle): self.init(code: NoticeCode(obstacle))
    case .objected(let user, [.justCharged], _): self.init(code: .alreadyCharged, detail: user.displayName)
    case .objected(let user, let objections, let mayOverride):
      self.init(
        code: .objected, detail: user.displayName, objections: objections.map(\.code),
        mayOverride: mayOverride)
    case .cannotBeSold(let error): self.init(code: .cannotBeSold, detail: "\(error)")
    case .sessionTimedOut: self.init(code: .sessionTimedOut)
    case .codeRefused(let reason): self.init(code: .codeRefused, detail: reason)
    case .codeUnclear(let reason): self.init(code: .codeUnclear, detail: reason)
    case .bookingFailed(let reason): self.init(code: .bookingFailed, detail: reason)
    }
  }
}

extension NoticeCode {
  init(_ obstacle: LookAlikeObstacle) {
    self =
      switch obstacle {
      case .noPhone: .lookAlikesWithoutPhone
      case .sameTail: .lookAlikesWithSameTail
      case .triesUsedUp: .tailTriesUsedUp
      case .declined: .tailDeclined
      }
  }
}
