public import CanteenCore
import Foundation
public import PaymentPlatform
public import Testing

/// A platform under test, and what a test may do at its other side.
public struct PlatformUnderTest: Sendable {
  public enum Trouble: Sendable, CaseIterable {
    /// The next deduction fails before the money moved.
    case beforeCharge
    /// The next deduction takes the money, and its answer is lost.
    case afterCharge
  }

  public let platform: any PaymentPlatform
  /// Signs a contract and fills the account.
  public let open: @Sendable (_ user: OutUserID, _ balance: Fen) async throws -> Void
  public let endContract: @Sendable (OutUserID) async throws -> Void
  /// An order of this user as a till books it for this platform.
  public let order: @Sendable (_ number: String, _ user: OutUserID, Fen) async throws -> Order
  public let makeTrouble: @Sendable (Trouble) async throws -> Void
  public let today: SchoolDay

  public init(
    platform: any PaymentPlatform, today: SchoolDay,
    open: @escaping @Sendable (OutUserID, Fen) async throws -> Void,
    endContract: @escaping @Sendable (OutUserID) async throws -> Void,
    order: @escaping @Sendable (String, OutUserID, Fen) async throws -> Order,
    makeTrouble: @escaping @Sendable (Trouble) async throws -> Void
  ) {
    self.platform = platform
    self.today = today
    self.open = open
    self.endContract = endContract
    self.order = order
    self.makeTrouble = makeTrouble
  }
}

extension PlatformUnderTest {
  static func till() throws -> SellingTill { SellingTill(try TerminalID("till-01"), address: "10.0.0.7") }

  func deduct(_ order: Order) async throws -> Deduction {
    await platform.deduct(order, by: try platform.request(for: order, at: Self.till()))
  }

  /// - Parameter number: of an order of ¥12.
  func query(_ number: OutTradeNumber) async -> Deduction {
    await platform.query(SentOrder(number, amount: Fen(12_00)))
  }

  func refund(_ refund: Refund, charged: Fen) async throws -> RefundOutcome {
    let request = try platform.request(for: refund, of: SentOrder(refund.outTradeNumber, amount: charged))
    return await platform.refund(SentRefund(refund, charged: charged, request: request), by: request)
  }
}

/// What every platform must do. Each check runs on a platform of its own.
public enum PaymentPlatformConformance: String, CaseIterable, Sendable, CustomTestStringConvertible {
  case sentAgainIsOneCharge = "an order that is sent again is one charge"
  case lostAnswerIsFound = "a charge whose answer was lost is found by its number"
  case failureBeforeIsNoCharge =
    "a failure before the charge leaves nothing, and the same order succeeds later"
  case neverSentIsNotFound = "an order and a refund that were never sent are not found"
  case refundsNeverExceed = "refunds in parts never exceed the charge, and one that is sent again is one"
  case endedContractPaysNothing = "whoever's contract ended pays nothing, and is known as such"
  case ceilingHolds = "what is over the ceiling is refused, and not for good"
  case noFaceNoMoney = "an order without a face is never asked for under a contract"
  case billTellsAll = "the bill is what happened"
  case forgedNotification = "a notification that nobody signed is refused"
  case codesHaveAForm = "whoever takes payment codes says what they look like, and nobody else does"
  case cancelNeverLies = "a charged order is never said to be cancelled"

  public var testDescription: String { rawValue }

  /// A platform that is under test must have `terms` that allow ¥12 an order.
  public func check(_ subject: PlatformUnderTest) async throws {
    let user = try OutUserID("pupil-0001")
    try await subject.open(user, Fen(200_00))
    switch self {
    case .sentAgainIsOneCharge: try await sentAgain(subject, user)
    case .lostAnswerIsFound: try await lostAnswer(subject, user)
    case .failureBeforeIsNoCharge: try await failureBefore(subject, user)
    case .neverSentIsNotFound: try await neverSent(subject)
    case .refundsNeverExceed: try await refunds(subject, user)
    case .endedContractPaysNothing: try await endedContract(subject, user)
    case .ceilingHolds: try await ceiling(subject, user)
    case .noFaceNoMoney: try await noFace(subject, user)
    case .billTellsAll: try await bill(subject, user)
    case .forgedNotification: try forged(subject)
    case .codesHaveAForm:
      #expect((subject.platform is any OffersPaymentCode) == (subject.platform.terms.paymentCodes != nil))
    case .cancelNeverLies: try await cancel(subject, user)
    }
  }

  private static let number = "CONFORM-0001"

  private var number: OutTradeNumber {
    get throws { try OutTradeNumber(Self.number) }
  }

  private func refund(_ name: String, _ amount: Fen, of order: String = number) throws -> Refund {
    Refund(
      outRefundNumber: try OutRefundNumber(name), outTradeNumber: try OutTradeNumber(order), amount: amount,
      operatorID: nil, reason: "wrong dish")
  }

  private func charged(_ outcome: Deduction) throws -> String {
    guard case .charged(let transactionID, _) = outcome else {
      Issue.record("it should be charged: \(outcome)")
      throw Unexpected()
    }
    return transactionID
  }

  private struct Unexpected: Error {}

  private func sentAgain(_ subject: PlatformUnderTest, _ user: OutUserID) async throws {
    let order = try await subject.order(Self.number, user, Fen(12_00))
    let first = try charged(await subject.deduct(order))
    let again = try charged(await subject.deduct(order))
    let queried = try charged(await subject.query(number))
    if case .charged = await subject.platform.query(SentOrder(try number, amount: Fen(11_99))) {
      Issue.record("a charge of another amount is not ours")
    }
    #expect(again == first)
    #expect(queried == first)
    let lines = try await subject.platform.bill(of: subject.today).lines.filter { $0.charged > .zero }
    #expect(lines.map(\.charged) == [Fen(12_00)])
  }

  private func lostAnswer(_ subject: PlatformUnderTest, _ user: OutUserID) async throws {
    let order = try await subject.order(Self.number, user, Fen(12_00))
    try await subject.makeTrouble(.afterCharge)
    guard case .unknown = try await subject.deduct(order) else {
      Issue.record("a lost answer must be unknown")
      return
    }
    let found = try charged(await subject.query(number))
    let again = try charged(await subject.deduct(order))
    #expect(again == found)
  }

  private func failureBefore(_ subject: PlatformUnderTest, _ user: OutUserID) async throws {
    let order = try await subject.order(Self.number, user, Fen(12_00))
    try await subject.makeTrouble(.beforeCharge)
    if case .charged = try await subject.deduct(order) {
      Issue.record("a failed call must not say that it charged")
    }
    guard case .notCharged(.notFound, _) = await subject.query(try number) else {
      Issue.record("nothing was taken, so nothing is found")
      return
    }
    _ = try charged(await subject.deduct(order))
  }

  private func neverSent(_ subject: PlatformUnderTest) async throws {
    guard case .notCharged(.notFound, _) = await subject.query(try number) else {
      Issue.record("an order that was never sent is not found")
      return
    }
    guard
      case .notRefunded(.notFound, _) = await subject.platform.queryRefund(
        SentRefund(try refund("R-NEVER-1", Fen(1_00)), charged: Fen(12_00)))
    else {
      Issue.record("a refund that was never sent is not found")
      return
    }
  }

  private func refunds(_ subject: PlatformUnderTest, _ user: OutUserID) async throws {
    let order = try await subject.order(Self.number, user, Fen(12_00))
    _ = try charged(await subject.deduct(order))
    func refund(_ name: String, _ amount: Fen) async throws -> RefundOutcome {
      try await subject.refund(self.refund(name, amount), charged: Fen(12_00))
    }
    let first = try await refund("R-CONFORM-1", Fen(5_00))
    guard case .refunded = first else {
      Issue.record("a part should be given back: \(first)")
      return
    }
    let again = try await refund("R-CONFORM-1", Fen(5_00))
    let queried = await subject.platform.queryRefund(
      SentRefund(try self.refund("R-CONFORM-1", Fen(5_00)), charged: Fen(12_00)))
    let asAnother = await subject.platform.queryRefund(
      SentRefund(try self.refund("R-CONFORM-1", Fen(4_99)), charged: Fen(12_00)))
    if case .refunded = asAnother { Issue.record("a refund of another amount is not ours") }
    #expect(again == first)
    #expect(queried == first)
    guard case .notRefunded = try await refund("R-CONFORM-2", Fen(7_01)) else {
      Issue.record("more than is left must not be given back")
      return
    }
    guard case .refunded = try await refund("R-CONFORM-3", Fen(7_00)) else {
      Issue.record("what is left should be given back")
      return
    }
    let lines = try await subject.platform.bill(of: subject.today).lines
    #expect(lines.reduce(.zero) { $0 + $1.refunded } == Fen(12_00))
  }

  private func endedContract(_ subject: PlatformUnderTest, _ user: OutUserID) async throws {
    let before = try await subject.platform.standing(of: user)
    let nobody = try await subject.platform.standing(of: OutUserID("pupil-unknown"))
    #expect(before?.mayPay == true)
    #expect(nobody == nil)
    let order = try await subject.order(Self.number, user, Fen(12_00))
    try await subject.endContract(user)
    guard case .notCharged = try await subject.deduct(order) else {
      Issue.record("nobody pays without a contract")
      return
    }
    let after = try await subject.platform.standing(of: user)
    #expect(after?.bar == .contractEnded)
  }

  private func ceiling(_ subject: PlatformUnderTest, _ user: OutUserID) async throws {
    let over = subject.platform.terms.orderCeiling + Fen(1)
    let order = try await subject.order(Self.number, user, over)
    guard case .notCharged = try await subject.deduct(order) else {
      Issue.record("the platform's terms say that it takes no more than the ceiling")
      return
    }
  }

  private func noFace(_ subject: PlatformUnderTest, _ user: OutUserID) async throws {
    let faced = try await subject.order(Self.number, user, Fen(12_00))
    let order = Order(
      outTradeNumber: faced.outTradeNumber, amount: faced.amount, amountMode: faced.amountMode,
      day: faced.day, acceptedAt: faced.acceptedAt, means: .takenByStaff)
    #expect(throws: UnsendableRequest.self) {
      try subject.platform.request(for: order, at: PlatformUnderTest.till())
    }
  }

  private func bill(_ subject: PlatformUnderTest, _ user: OutUserID) async throws {
    for (index, fen) in [Int64(3_00), 4_50, 8_00].enumerated() {
      let order = try await subject.order("CONFORM-100\(index)", user, Fen(fen))
      _ = try charged(await subject.deduct(order))
    }
    _ = try await subject.refund(
      refund("R-CONFORM-9", Fen(2_00), of: "CONFORM-1002"), charged: Fen(8_00))
    let lines = try await subject.platform.bill(of: subject.today).lines
    #expect(lines.allSatisfy { $0.platform == subject.platform.id })
    let charges = Dictionary(grouping: lines, by: \.outTradeNumber).mapValues {
      $0.reduce(.zero) { $0 + $1.charged }
    }
    #expect(charges == ["CONFORM-1000": Fen(3_00), "CONFORM-1001": Fen(4_50), "CONFORM-1002": Fen(8_00)])
    #expect(lines.reduce(.zero) { $0 + $1.refunded } == Fen(2_00))
  }

  private func forged(_ subject: PlatformUnderTest) throws {
    let body = Data(#"{"id":"1"}"#.utf8)
    #expect(throws: EventRefusal.self) { () throws in try subject.platform.event(from: [:], body: body) }
  }

  private func cancel(_ subject: PlatformUnderTest, _ user: OutUserID) async throws {
    let order = try await subject.order(Self.number, user, Fen(12_00))
    _ = try charged(await subject.deduct(order))
    let cancelled = await subject.platform.cancel(try number)
    #expect(cancelled != .cancelled)
    _ = try charged(await subject.query(number))
  }
}
