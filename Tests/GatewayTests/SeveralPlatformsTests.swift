import CanteenCore
import CanteenTestSupport
import Concurrency
import Crypto
import GatewayProtocol
import GatewayStore
import Logging
import PaymentPlatform
import Testing

@testable import Gateway

/// A school with two platforms: each is asked about its own, and one that is away takes nothing of the other with it.
@Suite(.timeLimit(.minutes(5)))
struct SeveralPlatformsTests {
  private let folder: TemporaryFolder
  private let store: SQLiteGatewayStore
  private let clock = ManualWallClock()
  private let key = P256.Signing.PrivateKey()
  private let till: PairedTerminal
  private let chain: EntryWriter
  private let alipay: PlatformID
  private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  init() async throws {
    folder = try TemporaryFolder()
    store = try SQLiteGatewayStore(path: folder.path("gateway.sqlite"))
    till = try await store.pair("till-1", key: key, at: clock.now())
    chain = EntryWriter(terminal: till.id, key: key)
    alipay = try PlatformID("alipay")
  }

  private func terms(_ id: PlatformID) -> PlatformTerms {
    PlatformTerms(
      platform: id, orderCeiling: Fen(100_00), dayCeiling: Fen(100_00), deductionWindows: [],
      mostDeductionsPerDay: 5, leastUserIDLength: 1, mostRefundsPerOrder: 50, collectsByUser: true)
  }

  private func paying(_ id: PlatformID, away: Bool = false) -> ScriptedPlatform {
    ScriptedPlatform(
      deductions: [.charged(transactionID: "T-\(id)", advanced: false)],
      refunds: [.refunded(refundID: "F-\(id)")], mayPay: true, terms: terms(id), isAway: away)
  }

  private func send(_ payload: LedgerPayload) async throws {
    let answers = try await LedgerIntake(store: store).take([chain.next(payload)], of: till, at: clock.now())
    try #require(answers.allSatisfy { $0.outcome == .stored }, "\(answers)")
  }

  private func order(_ number: String, at platform: PlatformID) throws -> Order {
    let user = RecognisedUser(
      outUserID: try OutUserID("s00001"), platform: platform, platformUserID: "P", displayName: "甲")
    return Order(
      outTradeNumber: try OutTradeNumber(number), amount: Fen(12_00), amountMode: .manual,
      day: SchoolTime.noon.day, acceptedAt: clock.now(),
      means: .face(
        FacePayment(user: user, recognition: .postRecognition, faceToken: "token", evidence: .sample)))
  }

  private func settle(_ platforms: SchoolPlatforms) async throws {
    let scheduler = SettlementScheduler(
      store: store, platforms: platforms, eventsWritten: Broadcast(0), wallClock: clock,
      clock: ManualClock(), jitter: { 1 }, logger: logger)
    for _ in 0..<5 {
      while try await scheduler.moveOnce() {}
      clock.advance(by: .seconds(300))
    }
  }

  @Test func `Each order and its refund are its own platform's`() async throws {
    try await send(.orderAccepted(order("ORDER-0001", at: .weChatPay)))
    try await send(.orderAccepted(order("ORDER-0002", at: alipay)))
    let (one, other) = (paying(.weChatPay), paying(alipay))
    try await settle(SchoolPlatforms(one, other))
    try await send(
      .orderVoided(
        VoidOrder(
          outTradeNumber: OutTradeNumber("ORDER-0002"), operatorID: OperatorID("anna"), reason: "wrong dish"))
    )
    try await settle(SchoolPlatforms(one, other))
    #expect(one.calls == ["deduct ORDER-0001"])
    #expect(other.calls == ["deduct ORDER-0002", "refund V-ORDER-0002 1200"])
    let listed = try await store.orders(atMost: 9)
    #expect(
      Set(listed.map { "\($0.platform) \($0.transactionID ?? "")" }) == [
        "wechat-pay T-wechat-pay", "alipay T-alipay",
      ])
  }

  @Test func `An order of a platform that is not set up waits, untouched, until it is`() async throws {
    try await send(.orderAccepted(order("ORDER-0002", at: alipay)))
    let (one, other) = (paying(.weChatPay), paying(alipay))
    try await settle(SchoolPlatforms(one))
    #expect(one.calls.isEmpty)
    #expect(try await store.orders(atMost: 9).map(\.state) == ["uploaded"])
    try await settle(SchoolPlatforms(one, other))
    #expect(other.calls == ["deduct ORDER-0002"])
  }

  @Test func `A lease brings the terms of both and the credentials of whoever answers`() async throws {
    func lease(_ platforms: SchoolPlatforms) async throws -> Lease {
      let gatewayKey = P256.Signing.PrivateKey()
      let issuer = LeaseIssuer(
        store: store, platforms: platforms, organization: try OrganizationID("O1000"),
        organizationName: "学校", limits: SpendingLimits(of: platforms.terms), plan: .unplanned,
        offline: .usual, exportKey: P256.KeyAgreement.PrivateKey().publicKey, key: gatewayKey,
        wallClock: clock)
      let head = LedgerHead(
        sequence: 0, hash: LedgerEntry.firstPreviousHash, unsentOrders: 0, unsentAmount: .zero)
      let text = try await issuer.lease(for: till.id, LeaseRequest(rawData: "", ledger: head, nonce: "n1"))
      return try CanonicalJSON.decode(
        Lease.self, from: text.verified(by: gatewayKey.publicKey, purpose: .lease))
    }
    let both = try await lease(SchoolPlatforms(paying(.weChatPay), paying(alipay)))
    #expect(both.terms?.map(\.platform) == [.weChatPay, alipay])
    #expect(both.credential(for: alipay)?.text == "credential of alipay")
    #expect(both.authinfo == "credential of wechat-pay", "for tills that know of nobody else")
    #expect(both.nonce == "n1")

    let one = try await lease(SchoolPlatforms(paying(.weChatPay, away: true), paying(alipay)))
    #expect(one.credential(for: .weChatPay) == nil)
    #expect(one.credential(for: alipay) != nil)
    await #expect(throws: (any Error).self) {
      try await lease(SchoolPlatforms(paying(.weChatPay, away: true), paying(alipay, away: true)))
    }
  }
}
