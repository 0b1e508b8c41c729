import CanteenCore
import CanteenTestSupport
import Concurrency
import Crypto
import FaceRecognition
import Foundation
import GatewayProtocol
import GRDB
import Logging
import Testing
import TillAPI

@testable import OrderLedger
@testable import Terminal

@Suite(.timeLimit(.minutes(5)))
struct CheckoutServiceTests {
  private let folder: TemporaryFolder
  private let clock = ManualClock()
  private let wallClock = ManualWallClock()
  private let ledger: OrderLedger
  private let checkout: CheckoutService
  private let key = P256.Signing.PrivateKey()
  private let metrics = TillMetrics()

  init() throws {
    folder = try TemporaryFolder()
    let terminal = try TerminalID("till-1")
    ledger = try OrderLedger(
      path: folder.path("ledger.sqlite"), terminal: terminal, key: key, wallClock: wallClock)
    checkout = try Self.service(
      ledger: ledger, key: key, metrics: metrics, clock: clock,
      wallClock: TillClock(system: wallClock, clock: clock, floor: wallClock.now()))
  }

  private static func service(
    selling settings: CheckoutSession.Settings = .init(), rules: SaleRules = SaleRules(), ledger: OrderLedger,
    key: P256.Signing.PrivateKey, metrics: TillMetrics, clock: ManualClock, wallClock: TillClock
  ) throws -> CheckoutService {
    CheckoutService(
      session: CheckoutSession(
        settings: settings, rules: rules, numbering: try OrderNumbering(prefix: "T1"), schoolTime: .noon),
      camera: CameraController(), ledger: ledger,
      uploader: NoGateway.uploader(of: ledger, clock: clock),
      issuer: DeviceCredentialIssuer(key: key), codes: CodeCollector(transport: NoGateway()),
      metrics: metrics, clock: clock, wallClock: wallClock,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }

  private func lease(for hours: Int64 = 36) throws -> Lease {
    let now = wallClock.now()
    return Lease(
      terminal: try TerminalID("till-1"), organization: try OrganizationID("O1000"), organizationName: "学校",
      authinfo: String(repeating: "a", count: 500),
      merchant: MerchantProfile(spMerchant: "1", subMerchant: "2"),
      limits: SpendingLimits(of: .unnamed), plan: .unplanned, offline: .usual, operators: [],
      exportKey: Data(),
      issuedAt: now, expiresAt: now.advanced(by: .seconds(hours * 3_600)))
  }

  private func face() throws -> Identification {
    Identification(
      track: 1,
      user: RecognisedUser(outUserID: try OutUserID("s00001"), platformUserID: "P1", displayName: "甲"),
      evidence: .sample, facePresentAt: clock.now)
  }

  private func sell() async throws {
    try await checkout.key(.manual(Fen(1_250)))
    await checkout.receive(.identified(try face()))
  }

  @Test func `A face on its way when the camera was closed does not open it again`() async throws {
    let checkout = try Self.service(
      selling: .init(sells: .fixed), rules: SaleRules(fixedPrice: Fen(500)), ledger: ledger, key: key,
      metrics: metrics, clock: clock,
      wallClock: TillClock(system: wallClock, clock: clock, floor: wallClock.now()))
    await checkout.use(try lease())
    await checkout.wakeCamera()
    await checkout.closeCamera()
    await checkout.saw(sighting([.nearest(track: 1)]))
    #expect(checkout.wish.latest.camera.device == .closed)
    await checkout.wakeCamera()
    await checkout.saw(sighting([.nearest(track: 2)]))
    #expect(checkout.snapshots.latest.phase.waitingAmount?.amount == Fen(500))
  }

  @Test func `A name that was found for another amount pays nothing`() async throws {
    await checkout.use(try lease())
    try await checkout.key(.manual(Fen(1_250)))
    var seen = sighting([.identified(try face())])
    seen.round = checkout.wish.latest.round?.number
    try await checkout.key(.manual(Fen(9_900)))
    await checkout.saw(seen)
    #expect(SalePhase(checkout.snapshots.latest.phase) == .awaitingFace)
    seen.round = checkout.wish.latest.round?.number
    await checkout.saw(seen)
    #expect(SalePhase(checkout.snapshots.latest.phase) == .accepted)
  }

  @Test func `I1: the student sees "accepted" only when the order is in the ledger`() async throws {
    await checkout.use(try lease())
    try await sell()
    guard case .accepted(let order) = checkout.snapshots.latest.phase else {
      Issue.record("\(checkout.snapshots.latest.phase)")
      return
    }
    let entry = try #require(try await ledger.unsent(atMost: 1).first)
    guard case .orderAccepted(let booked) = try entry.decodedPayload(), let payment = booked.means.facePayment
    else {
      Issue.record("no order by face in the ledger")
      return
    }
    #expect(booked.outTradeNumber == order.locked.number)
    #expect(booked.amount == Fen(1_250))
    #expect(payment.evidence == .sample)
    #expect(payment.faceToken.utf8.count > 1_200)
    #expect(try recognitionMode(of: payment.faceToken) == 0)
  }

  private func recognitionMode(of token: String) throws -> Int? {
    let claims = try #require(token.split(separator: ".").dropFirst().first)
    let padded =
      String(claims).replacing("-", with: "+").replacing("_", with: "/")
      + String(repeating: "=", count: (4 - claims.count % 4) % 4)
    let object = try JSONSerialization.jsonObject(with: try #require(Data(base64Encoded: padded)))
    return (object as? [String: Any])?["recog_mode"] as? Int
  }

  @Test func `I5: what ran out between the recognition and the booking lets nothing be booked`() async throws
  {
    await checkout.use(try lease(for: 1))
    let amount = Fen(500)
    let pending = CheckoutSession.PendingOrder(
      locked: .init(number: try OutTradeNumber("ORDER-0001"), basket: .manual(amount), amount: amount),
      charge: Charge(amount: amount, subsidy: .zero, lines: []), means: .face(try face(), .postRecognition))
    #expect(try await checkout.order(from: pending).amount == amount)
    wallClock.advance(by: .seconds(3_601))
    clock.advance(by: .seconds(3_601))
    await #expect(throws: (any Error).self) { try await checkout.order(from: pending) }
  }

  @Test func `I5: a clock that cannot be trusted any more lets nothing be booked`() async throws {
    let late = TillClock(
      system: wallClock, clock: clock, floor: wallClock.now().advanced(by: .seconds(86_400)))
    let checkout = try Self.service(
      ledger: ledger, key: key, metrics: metrics, clock: clock, wallClock: late)
    await checkout.use(try lease())
    let pending = CheckoutSession.PendingOrder(
      locked: .init(number: try OutTradeNumber("ORDER-0001"), basket: .manual(Fen(500)), amount: Fen(500)),
      charge: Charge(amount: Fen(500)), means: .face(try face(), .postRecognition))
    let error = await #expect(throws: (any Error).self) { try await checkout.order(from: pending) }
    #expect("\(error.map { "\($0)" } ?? "")".contains("clock cannot be trusted"))
  }

  private func fillDisk() async throws {
    try await ledger.database.writeWithoutTransaction { db in
      let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
      _ = try Int.fetchOne(db, sql: "PRAGMA max_page_count = \(pages)")
    }
  }

  @Test func `I1: money taken by staff is confirmed only when it is in the ledger`() async throws {
    try await fillDisk()
    var confirmed = 0
    let refusal = await #expect(throws: CheckoutRefusal.self) {
      for _ in 0..<200 {
        try await checkout.takeByStaff(.manual(Fen(800)))
        confirmed += 1
      }
    }
    guard case .notBooked = refusal else {
      Issue.record("\(String(describing: refusal))")
      return
    }
    #expect(try await ledger.totals().allOrders == confirmed)
  }

  @Test func `I5: a full disk accepts nothing, says so and blocks faces`() async throws {
    await checkout.use(try lease())
    try await fillDisk()
    let snapshot = try await sellUntilRefused()
    #expect(snapshot.faceBlockers.contains(.ledgerFailed))
    guard case .bookingFailed = snapshot.notice, case .awaitingFace = snapshot.phase else {
      Issue.record("\(snapshot)")
      return
    }
  }

  /// Sells to ever new people until the ledger takes no more.
  private func sellUntilRefused() async throws -> CheckoutService.Snapshot {
    for index in 0..<200 {
      try await checkout.key(.manual(Fen(1_250)))
      let user = RecognisedUser(
        outUserID: try OutUserID("s1\(index)000"), platformUserID: "P", displayName: "甲")
      await checkout.receive(
        .identified(Identification(track: index, user: user, evidence: .sample, facePresentAt: clock.now)))
      if case .accepted = checkout.snapshots.latest.phase { continue }
      return checkout.snapshots.latest
    }
    Issue.record("the ledger never filled up")
    return checkout.snapshots.latest
  }

  @Test
  func
    `I5: a ledger whose file is damaged takes no face again, and one that waits for the gateway says so itself`()
    async throws
  {
    await checkout.note(LedgerError.damagedFile("malformed"))
    await checkout.probeLedger()
    #expect(checkout.snapshots.latest.faceBlockers.contains(.ledgerDamaged))
    await checkout.note(LedgerError.limited(.behind))
    #expect(!checkout.snapshots.latest.faceBlockers.contains(.ledgerFailed))
  }

  @Test func `I5: without a lease no face is accepted, and staff can take the money`() async throws {
    await checkout.use(nil)
    try await sell()
    #expect(SalePhase(checkout.snapshots.latest.phase) == .awaitingFace)
    #expect(checkout.wish.latest.round?.wantsNames == false)
    try await checkout.takeByStaff(nil)
    #expect(SalePhase(checkout.snapshots.latest.phase) == .accepted)
    #expect(try await ledger.totals().allOrders == 1)
  }

  @Test func `I5: a lease that ran out a moment ago books nothing`() async throws {
    await checkout.use(try lease(for: 1))
    wallClock.advance(by: .seconds(3_600))
    try await sell()
    #expect(try await ledger.totals().allOrders == 0)
    #expect(checkout.snapshots.latest.faceBlockers == [.leaseExpired])
  }

  @Test func `Sixty seconds without a match close the camera and let the amount go`() async throws {
    await checkout.use(try lease())
    let work = Task { await checkout.run() }
    try await checkout.key(.manual(Fen(500)))
    #expect(checkout.wish.latest.camera.device == .open)
    while checkout.wish.latest.camera.device == .open {
      if clock.sleeperCount > 0 { clock.advance(by: .seconds(10)) }
      await Task.yield()
    }
    while checkout.snapshots.latest.phase != .idle { await Task.yield() }
    #expect(checkout.snapshots.latest.notice == .sessionTimedOut)
    #expect(clock.now >= MonotonicInstant(sinceStart: .seconds(60)))
    work.cancel()
    await work.value
  }

  private func twins() throws -> [LibraryPerson] {
    [
      try .sample("s00001", .sample("mother", tail: "1234")),
      try .sample("s00002", .sample("father", tail: "5678")),
    ]
  }

  private func tail(_ digits: String) throws -> PhoneTail { try #require(PhoneTail(digits)) }

  @Test func `The phone tail of a twin books their order, is counted, and is written nowhere`() async throws {
    await checkout.use(try lease())
    #expect(await checkout.phoneTail(try tail("5678")) == false)
    try await checkout.key(.manual(Fen(1_250)))
    await checkout.receive(.lookAlikes(.sample(try twins())))
    #expect(await checkout.phoneTail(try tail("9999")))
    let asking = checkout.snapshots.latest
    #expect(await checkout.phoneTail(try tail("5678")))
    guard case .accepted(let order) = checkout.snapshots.latest.phase else {
      Issue.record("\(checkout.snapshots.latest.phase)")
      return
    }
    #expect(order.identification?.user == (try twins())[1].user)
    #expect(metrics.counts.phoneTailsAsked == 1)
    #expect(metrics.counts.phoneTailsWrong == 1)
    #expect(metrics.counts.phoneTailsRight == 1)
    let entry = try #require(try await ledger.unsent(atMost: 1).first)
    guard case .orderAccepted(let booked) = try entry.decodedPayload(), let payment = booked.means.facePayment
    else {
      Issue.record("no order by face in the ledger")
      return
    }
    let written = entry.payload.replacing(payment.faceToken, with: "")
    let page = try CanonicalJSON.text(StudentView(asking, hints: [], price: nil))
    for text in [written, page, "\(asking)", "\(metrics.counts)"] {
      #expect(["1234", "5678", "9999"].allSatisfy { !text.contains($0) }, "\(text)")
    }
    #expect(payment.evidence.secondFactor == .phoneTail)
    #expect(try recognitionMode(of: payment.faceToken) == 1)
  }

  @Test func `A student who is asked late has the whole time to type`() async throws {
    await checkout.use(try lease())
    try await checkout.key(.manual(Fen(1_250)))
    clock.advance(by: .seconds(55))
    await checkout.receive(.lookAlikes(.sample(try twins())))
    clock.advance(by: .seconds(20))
    await checkout.tick()
    #expect(await checkout.phoneTail(try tail("5678")))
    #expect(SalePhase(checkout.snapshots.latest.phase) == .accepted)
  }

  @Test func `A till with nothing to do sleeps`() async throws {
    let work = Task { await checkout.run() }
    await checkout.wakeCamera()
    await clock.waitForSleepers()
    for _ in 0..<500 {
      await checkout.saw(sighting([]))
      await Task.yield()
    }
    #expect(clock.sleepCount <= 3)
    work.cancel()
    await work.value
  }

  private func sighting(_ events: [FaceExaminer.Event]) -> FaceExaminer.Sighting {
    var sighting = FaceExaminer.Sighting()
    (sighting.events, sighting.faces) = (events, 1)
    return sighting
  }
}
