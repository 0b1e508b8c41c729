import CanteenCore
import CanteenTestSupport
import Concurrency
import Crypto
import Foundation
import GatewayProtocol
import Logging
import OrderLedger

@testable import Terminal

/// A gateway that cannot be reached.
struct NoGateway: OrderTransport, CodeTransport {
  struct Unreachable: Error {}

  func upload(_ upload: OrderUpload) async throws -> OrderUploadAnswer { throw Unreachable() }

  func held(_ question: HeldLedgerQuestion) async throws -> SignedText { throw Unreachable() }

  func ownEntries(after sequence: Int64) async throws -> [LedgerEntry] { throw Unreachable() }
  func strayEntries(after place: Int64) async throws -> StrayEntries { throw Unreachable() }

  static func uploader(of ledger: OrderLedger, clock: ManualClock) -> OrderUploader {
    let gateway = NoGateway()
    return OrderUploader(
      ledger: ledger,
      prover: LedgerProver(
        ledger: ledger, transport: gateway, gatewayKey: P256.Signing.PrivateKey().publicKey),
      transport: gateway, clock: clock)
  }

  func collect(_ order: Order, with code: PaymentCode) async -> CodeOutcome {
    .notCharged(reason: "nobody answers")
  }

  func outcome(ofCodeFor number: OutTradeNumber) async -> CodeOutcome { .unclear(reason: "nobody answers") }
}

/// A till that sells under a lease of the test's choosing, with clocks that the test moves and no gateway.
struct SellingTill {
  struct GivenLease: LeaseSource {
    let lease: Lease?
  }

  let folder: TemporaryFolder
  let clock = ManualClock()
  let systemClock = ManualWallClock()
  let wallClock: TillClock
  let ledger: OrderLedger
  let uploader: OrderUploader
  let checkout: CheckoutService
  let leases: GivenLease
  let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
  private let key = P256.Signing.PrivateKey()

  init(
    offline: OfflineLimits = .usual, operators: [Operator] = [], camera: CameraController.Settings = .init(),
    means: MeansOffered = .faceOnly, codes: any CodeTransport = NoGateway()
  ) async throws {
    folder = try TemporaryFolder()
    wallClock = TillClock(system: systemClock, clock: clock, floor: systemClock.now())
    ledger = try OrderLedger(
      path: folder.path("ledger.sqlite"), terminal: TerminalID("till-1"), key: key, wallClock: wallClock)
    uploader = NoGateway.uploader(of: ledger, clock: clock)
    checkout = CheckoutService(
      session: CheckoutSession(
        settings: .init(), numbering: try OrderNumbering(prefix: "T1"), schoolTime: .noon),
      camera: CameraController(camera), ledger: ledger, uploader: uploader,
      issuer: DeviceCredentialIssuer(key: key), codes: CodeCollector(transport: codes),
      metrics: TillMetrics(), clock: clock, wallClock: wallClock,
      logger: logger)
    let now = systemClock.now()
    leases = GivenLease(
      lease: Lease(
        terminal: try TerminalID("till-1"), organization: try OrganizationID("O1000"),
        organizationName: "学校", authinfo: String(repeating: "a", count: 500),
        merchant: MerchantProfile(spMerchant: "1", subMerchant: "2"), limits: SpendingLimits(of: .unnamed),
        plan: .unplanned, offline: offline, operators: operators, means: means, exportKey: Data(),
        issuedAt: now,
        expiresAt: now.advanced(by: .seconds(36 * 3_600))))
    await checkout.use(leases.lease)
  }

  /// The till's program started again on the same ledger.
  func restarted(codes: any CodeTransport) async throws -> CheckoutService {
    let checkout = CheckoutService(
      session: CheckoutSession(
        settings: .init(), numbering: try OrderNumbering(prefix: "T2"), schoolTime: .noon),
      camera: CameraController(), ledger: ledger, uploader: uploader,
      issuer: DeviceCredentialIssuer(key: key), codes: CodeCollector(transport: codes),
      metrics: TillMetrics(),
      clock: clock, wallClock: wallClock, logger: logger)
    await checkout.use(leases.lease)
    try await checkout.resume()
    return checkout
  }

  func timePasses(_ duration: Duration) {
    clock.advance(by: duration)
    systemClock.advance(by: duration)
  }

  /// Staff key the amount and the student shows their face.
  ///
  /// - Returns: the order, when it was accepted.
  @discardableResult
  func sell(_ amount: Fen, to student: Int) async throws -> OutTradeNumber? {
    try await checkout.key(.manual(amount))
    await checkout.receive(
      .identified(
        Identification(
          track: student,
          user: RecognisedUser(
            outUserID: try OutUserID("s\(10_000 + student)"), platformUserID: "P\(student)", displayName: "甲"),
          evidence: .sample, facePresentAt: clock.now)))
    guard case .accepted(let order) = checkout.snapshots.latest.phase else {
      await checkout.cancel()
      return nil
    }
    return order.locked.number
  }
}
