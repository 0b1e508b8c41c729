/// Ways to pay beside the face.
extension CheckoutSession {
  /// One payment code that was shown for a locked amount. Each has an order number of its own: a refused
  /// code, the next code and a face never share one order.
  public struct CodeAttempt: Sendable, Equatable {
    public let number: OutTradeNumber
    public let locked: LockedAmount
    public let charge: Charge
    /// Whose meal it is, when somebody was identified first.
    public let payer: Payer
    /// Whose code it is; nil when no platform has said what its codes look like.
    public let platform: PlatformID?

    public init(
      number: OutTradeNumber, locked: LockedAmount, charge: Charge, payer: Payer = .nobody,
      platform: PlatformID? = nil
    ) {
      self.number = number
      self.locked = locked
      self.charge = charge
      self.payer = payer
      self.platform = platform
    }

    /// What the signed entry says about the code.
    public func receipt(transactionID: String?) -> CodeReceipt {
      CodeReceipt(transactionID: transactionID, platform: platform)
    }
  }

  /// Time between two queries about a code whose outcome is unclear.
  static let askAgainAfter: Duration = .seconds(5)

  // MARK: Card, PIN, a name that staff chose

  /// Somebody who was identified without a face pays what is locked. Staff are told objections as for a face;
  /// after an override the card, PIN or name is given again.
  public mutating func pay(by payer: Payer, at now: MonotonicInstant) throws(CheckoutRefusal) -> [Action] {
    let (locked, user) = try sale(of: payer)
    guard let collection = means.collectionWithoutFace else { throw .noWayToCollect }
    if collection.asksPlatform { try checkMoneyMayBeAsked() }
    guard let judgement = try admit(user, to: locked, at: now) else { return [] }
    return startBooking(
      PendingOrder(
        locked: locked, charge: judgement.charge, means: .known(payer, collection),
        staffOverride: judgement.word))
  }

  // MARK: Payment codes

  /// A code was shown for what is locked.
  ///
  /// - Parameter payer: who was identified before and whose prices, meals and subsidy then apply; usually
  ///   nobody.
  public mutating func show(_ code: PaymentCode, by payer: Payer = .nobody, at now: MonotonicInstant)
    throws(CheckoutRefusal) -> [Action]
  {
    guard means.paymentCodes else { throw .noPaymentCodes }
    try checkMoneyMayBeAsked()
    let platform = try owner(of: code)
    let attempt: CodeAttempt
    if payer.user != nil {
      let (locked, user) = try sale(of: payer)
      guard let judgement = try admit(user, to: locked, at: now) else { return [] }
      attempt = CodeAttempt(
        number: numbering.next(), locked: locked, charge: judgement.charge, payer: payer, platform: platform)
    } else {
      guard let locked = try lockedForSale() else { throw .noAmount }
      attempt = CodeAttempt(
        number: numbering.next(), locked: locked, charge: try anybodysCharge(locked), platform: platform)
    }
    guard attempt.charge.personal > .zero else { throw .nothingToPay }
    phase = .awaitingPlatform(attempt)
    notice = nil
    deadline = nil
    return countingRounds([.amountReleased, .collect(attempt, code)])
  }

  mutating func answered(_ number: OutTradeNumber, _ outcome: CodeOutcome, at now: MonotonicInstant)
    -> [Action]
  {
    guard let attempt = phase.codeAttempt, attempt.number == number else { return [] }
    switch outcome {
    case .charged(let transactionID):
      return book(attempt, attempt.receipt(transactionID: transactionID))
    case .notCharged(let reason):
      // Whoever stands there by now need not be who showed the code.
      phase = settings.basketByItself == nil ? .held(attempt.locked) : .idle
      notice = .codeRefused(reason: reason)
      deadline = nil
      return [.close(attempt, reason: reason)]
    case .unclear(let reason):
      phase = .unclear(attempt)
      notice = .codeUnclear(reason: reason)
      deadline = now.advanced(by: Self.askAgainAfter)
      return []
    }
  }

  /// Staff gave the meal although it is not known whether the code was charged. The gateway settles the order
  /// by what the platform says.
  mutating func mealGiven() -> [Action] {
    guard case .unclear(let attempt) = phase else { return [] }
    return book(attempt, attempt.receipt(transactionID: nil))
  }

  /// Staff gave no meal for the code: whatever it took is given back.
  mutating func mealWithheld() -> [Action] {
    guard case .unclear(let attempt) = phase else { return [] }
    phase = .idle
    notice = nil
    deadline = nil
    forgetWordsOfStaff()
    return [.close(attempt, reason: "no meal was given")]
  }

  /// A code was shown before the till restarted, and its outcome is not known.
  public mutating func resume(unclear order: Order, at now: MonotonicInstant) {
    // If the code was not charged, this amount is locked instead: a sale of its own under a new number.
    let locked = LockedAmount(number: numbering.next(), basket: Basket(order), amount: order.amount)
    phase = .unclear(
      CodeAttempt(
        number: order.outTradeNumber, locked: locked,
        charge: Charge(amount: order.amount, subsidy: order.subsidy, lines: order.lines),
        payer: order.means.payer, platform: order.means.platform))
    notice = .codeUnclear(reason: "the till was started again meanwhile")
    deadline = now
  }

  private mutating func book(_ attempt: CodeAttempt, _ receipt: CodeReceipt) -> [Action] {
    startBooking(
      PendingOrder(
        locked: LockedAmount(
          number: attempt.number, basket: attempt.locked.basket, amount: attempt.locked.amount),
        charge: attempt.charge, means: .code(attempt, receipt)))
  }

  // MARK: What every way has in common

  private func owner(of code: PaymentCode) throws(CheckoutRefusal) -> PlatformID? {
    switch rules.terms.platform(of: code) {
    case .known(let platform): return platform
    case .nobody: throw .foreignCode
    case .untold: return nil
    }
  }

  private func sale(of payer: Payer) throws(CheckoutRefusal) -> (LockedAmount, RecognisedUser) {
    guard let locked = try lockedForSale() else { throw .noAmount }
    guard let user = payer.user else { throw .nobodyNamed }
    return (locked, user)
  }

  private func lockedForSale() throws(CheckoutRefusal) -> LockedAmount? {
    switch phase {
    case .booking: throw .busy
    case .awaitingPlatform, .unclear: throw .codeUnclear
    case .idle, .recognised, .accepted, .awaitingFace, .held, .awaitingTail: waitingAmount
    }
  }

  /// Throws when a blocker stops the till from asking a platform for money, whoever pays. A failed camera
  /// does not.
  private func checkMoneyMayBeAsked() throws(CheckoutRefusal) {
    if let blocker = faceBlockers.all.filter(\.concernsMoney).min(by: { $0.rawValue < $1.rawValue }) {
      throw .blocked(blocker)
    }
  }

  private mutating func admit(
    _ user: RecognisedUser, to locked: LockedAmount, at now: MonotonicInstant
  ) throws(CheckoutRefusal) -> (charge: Charge, word: StaffOverride?)? {
    let judgement: UserJudgement
    do {
      judgement = try judge(locked, for: user, at: now)
    } catch {
      throw .amount(error)
    }
    if judgement.objections.isEmpty { return (judgement.charge, nil) }
    if judgement.mayOverride, let word = override(of: judgement.objections, to: user, locked) {
      return (judgement.charge, word.of(judgement.objections))
    }
    notice = .objected(user, judgement.objections, mayOverride: judgement.mayOverride)
    return nil
  }
}

extension CheckoutSession.Phase {
  /// The payment code whose outcome is awaited or unclear.
  public var codeAttempt: CheckoutSession.CodeAttempt? {
    switch self {
    case .awaitingPlatform(let attempt), .unclear(let attempt): attempt
    default: nil
    }
  }
}
