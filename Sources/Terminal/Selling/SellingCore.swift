package import CanteenCore
import Concurrency
package import Crypto
package import Foundation
package import GatewayProtocol
package import Logging
package import OrderLedger

/// What sells at one till: clock, ledger, outbox and checkout, wired to each other.
///
/// The till's program and the simulation use the same core; they differ in the disk, the way to the gateway
/// and who supplies the time.
package struct SellingCore: Sendable {
  /// Whose till it is and where its ledger lies.
  package struct Place {
    package let terminal: TerminalID
    package let key: P256.Signing.PrivateKey
    /// Of the boxes whose ledger this one goes on with.
    package let formerKeys: [FormerKey]
    /// Checks what the gateway says it holds.
    package let gatewayKey: P256.Signing.PublicKey
    /// Holds `ledger.sqlite`, and `ledger.end`, which says how far that once reached.
    package let folder: URL

    package init(
      terminal: TerminalID, key: P256.Signing.PrivateKey, formerKeys: [FormerKey] = [],
      gatewayKey: P256.Signing.PublicKey, folder: URL
    ) {
      self.terminal = terminal
      self.key = key
      self.formerKeys = formerKeys
      self.gatewayKey = gatewayKey
      self.folder = folder
    }
  }

  /// How it sells.
  package struct Rules {
    package let session: CheckoutSession.Settings
    package let sale: SaleRules
    package let camera: CameraController
    package let numbering: (Timestamp) throws -> OrderNumbering

    /// - Parameter numbering: makes the order numbers of this run, which no other run of any till may use.
    package init(
      session: CheckoutSession.Settings, sale: SaleRules = SaleRules(),
      camera: CameraController = CameraController(),
      numbering: @escaping (Timestamp) throws -> OrderNumbering
    ) {
      self.session = session
      self.sale = sale
      self.camera = camera
      self.numbering = numbering
    }
  }

  /// Who hears of each finished round.
  package struct Reports {
    package var checkout = LoopReport.unheard
    package var uploader = LoopReport.unheard

    package init() {}
  }

  package let ledger: OrderLedger
  package let prover: LedgerProver
  package let uploader: OrderUploader
  package let checkout: CheckoutService
  package let clock: TillClock
  package let metrics = TillMetrics()

  /// Opens the ledger; ``resume()`` then continues where it ends.
  ///
  /// - Parameters:
  ///   - clock: the till's civil clock, which is told of the ledger's last entry.
  ///   - transport: the way to the gateway, for entries and for payment codes.
  package init(
    at place: Place, rules: Rules, clock: TillClock, transport: any OrderTransport & CodeTransport,
    monotonicClock: any MonotonicClock, reports: Reports = Reports(), logger: Logger
  ) throws {
    self.clock = clock
    ledger = try OrderLedger(
      path: place.folder.appending(path: "ledger.sqlite").path, terminal: place.terminal, key: place.key,
      former: place.formerKeys, wallClock: clock, mark: place.folder.appending(path: "ledger.end"))
    if let last = try ledger.lastRecordedAt() { clock.happened(at: last) }
    prover = LedgerProver(ledger: ledger, transport: transport, gatewayKey: place.gatewayKey)
    uploader = OrderUploader(
      ledger: ledger, prover: prover, transport: transport, clock: monotonicClock, report: reports.uploader)
    let now = clock.now()
    checkout = CheckoutService(
      session: CheckoutSession(
        settings: rules.session, rules: rules.sale, numbering: try rules.numbering(now),
        schoolTime: MealPlan.unplanned.schoolTime(now)),
      camera: rules.camera, ledger: ledger, uploader: uploader,
      issuer: DeviceCredentialIssuer(key: place.key), codes: CodeCollector(transport: transport),
      metrics: metrics, clock: monotonicClock,
      wallClock: clock, logger: logger, report: reports.checkout)
  }

  /// Continues where the ledger ends.
  package func resume() async throws(LedgerError) {
    try await blockUnlessContinuous()
    try await checkout.resume()
  }

  /// Takes no faces while the ledger does not continue what the gateway holds.
  package func blockUnlessContinuous() async throws(LedgerError) {
    let blocker = try await ledger.comparison().standing.blocker
    await checkout.block(Set([blocker].compactMap(\.self)), by: .continuity)
  }

  /// Works until cancelled.
  package func watchContinuity() async {
    for await _ in prover.standing.values() { try? await blockUnlessContinuous() }
  }

  /// Takes no faces while the gateway refuses what was sold before. Works until cancelled.
  package func watchUploads() async {
    for await state in uploader.states.values() {
      switch state {
      case .refused: await checkout.block([.uploadRefused], by: .uploads)
      case .idle: await checkout.block([], by: .uploads)
      case .waiting: break
      }
    }
  }
}
