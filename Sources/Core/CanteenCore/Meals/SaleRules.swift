/// Why a sale needs an override, or is impossible.
public enum SaleObjection: Sendable, Hashable {
  case outsidePeriods
  /// The user has taken all their meals of this period today, here or at another till.
  case mealTaken(MealPeriodID)
  case overOrderLimit(Fen)
  case overDayLimit(Fen)
  /// The same face was charged a moment ago (I2).
  case justCharged
  case barred(UserBar)

  /// For messages, pages and the audit log.
  public var code: String {
    switch self {
    case .outsidePeriods: "outside_periods"
    case .mealTaken: "meal_taken"
    case .overOrderLimit: "over_order_limit"
    case .overDayLimit: "over_day_limit"
    case .justCharged: "just_charged"
    case .barred(let bar): "barred_\(bar.rawValue)"
    }
  }
}

/// Why a user may not pay, although they are in the library.
public enum UserBar: String, Sendable, Hashable, Codable {
  /// Blocked by the school or the platform (禁用).
  case blocked
  case contractEnded = "contract_ended"
  /// The platform advances nothing more until the guardian has repaid (垫资).
  case advancesUsedUp = "advances_used_up"
}

/// An operator's decision to sell despite objections. Kept with the order.
public struct StaffOverride: Sendable, Hashable, Codable {
  public let operatorID: OperatorID
  /// In the operator's words, 2 to 80 characters.
  public let reason: String
  /// What was overridden: codes of ``SaleObjection``.
  public let objections: [String]

  public init(operatorID: OperatorID, reason: String, objections: [String] = []) {
    self.operatorID = operatorID
    self.reason = reason
    self.objections = objections
  }

  func of(_ objections: [SaleObjection]) -> StaffOverride {
    StaffOverride(operatorID: operatorID, reason: reason, objections: objections.map(\.code))
  }

  private enum CodingKeys: String, CodingKey {
    case operatorID = "operator"
    case reason
    case objections
  }
}

/// What may be sold to whom: the school's plan and limits as one till knows them.
public struct SaleRules: Sendable, Equatable {
  public var plan: MealPlan
  public var limits: SpendingLimits
  /// The terms of the platforms that take the money.
  public var terms: SchoolTerms
  /// This till's own price for `fixed` sales outside the meals of the plan.
  public var fixedPrice: Fen?

  public init(
    plan: MealPlan = .unplanned, limits: SpendingLimits = SpendingLimits(of: .unnamed),
    terms: SchoolTerms = SchoolTerms([]), fixedPrice: Fen? = nil
  ) {
    self.terms = terms
    self.plan = plan
    self.limits = limits
    self.fixedPrice = fixedPrice
  }

  /// The price on the student screen before anybody is recognised.
  ///
  /// - Throws: ``AmountError`` when this cannot be sold to anybody now.
  public func listPrice(of basket: Basket, at time: SchoolTime) throws(AmountError) -> Fen {
    let charge = try plan.charge(
      for: basket, group: nil, at: time, fixedPrice: fixedPrice, subsidised: false)
    if basket != .count { try limits.check(charge.amount, under: terms.mostGenerous) }
    return charge.amount
  }

  /// What `user` pays for a basket.
  public func charge(
    for basket: Basket, of user: RecognisedUser, history: DayBook.Entry, at time: SchoolTime
  ) throws(AmountError) -> Charge {
    let taken = plan.period(at: time).flatMap { history.meals[$0.id.text] } ?? 0
    let charge = try plan.charge(
      for: basket, group: user.group, at: time, fixedPrice: fixedPrice, subsidised: taken == 0)
    if basket != .count {
      guard charge.amount > .zero else { throw .notPositive }
      let ceiling = terms.of(user.platform).orderCeiling
      guard charge.personal <= ceiling else { throw .overOrderLimit(limit: ceiling) }
    }
    return charge
  }

  /// All objections to the sale, the gravest last; empty when there are none.
  public func objections(
    to charge: Charge, of user: RecognisedUser, history: DayBook.Entry, bar: UserBar?, at time: SchoolTime
  ) -> [SaleObjection] {
    var found: [SaleObjection] = []
    let period = plan.period(at: time)
    if period == nil, !plan.periods.isEmpty, plan.outsidePeriods != .allow { found.append(.outsidePeriods) }
    if let period, history.meals[period.id.text, default: 0] >= period.mealsPerUser {
      found.append(.mealTaken(period.id))
    }
    let limits = limits.capped(by: terms.of(user.platform))
    if charge.personal > limits.order { found.append(.overOrderLimit(limits.order)) }
    if charge.personal > .zero, history.personal + charge.personal > limits.day {
      found.append(.overDayLimit(limits.day))
    }
    if let bar { found.append(.barred(bar)) }
    return found
  }

  /// Whether an operator may override all of these.
  public func mayOverride(
    _ objections: [SaleObjection], charge: Charge, of user: RecognisedUser, history: DayBook.Entry
  ) -> Bool {
    objections.allSatisfy { objection in
      switch objection {
      case .mealTaken, .justCharged: true
      case .outsidePeriods: plan.outsidePeriods == .override
      case .overOrderLimit: limits.operatorMayExceed
      case .overDayLimit:
        limits.operatorMayExceed
          && history.personal + charge.personal <= terms.of(user.platform).dayCeiling
      case .barred: false
      }
    }
  }
}
