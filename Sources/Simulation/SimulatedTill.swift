import CanteenCore
import Crypto
import FaultyDisk
import Foundation
import GatewayProtocol
import Logging
import OrderLedger
import Terminal

/// One till of the simulation: the real ledger, uploader, checkout and clock, on a disk that may lose power.
struct SimulatedTill: Sendable {
  /// What stays when the program or the power goes.
  struct Box: Sendable {
    let id: TerminalID
    let folder: URL
    let disk: FaultyDisk
    let key: P256.Signing.PrivateKey
    let clock: BoxClock
  }

  let ledger: OrderLedger
  let uploader: OrderUploader
  let checkout: CheckoutService
  let clock: TillClock

  /// Starts the till's program.
  ///
  /// - Parameters:
  ///   - run: how often it was started; no two runs number orders alike.
  ///   - lease: as it lies on the till's disk.
  init(
    in box: Box, run: Int, sells: AmountMode, lease: Lease?, transport: any OrderTransport, time: TrueTime
  ) async throws {
    clock = TillClock(system: box.clock, clock: time.clock, floor: TrueTime.start)
    ledger = try OrderLedger(
      path: box.folder.appending(path: "ledger.sqlite").path, terminal: box.id, key: box.key, wallClock: clock
    )
    if let last = try ledger.lastRecordedAt() { clock.happened(at: last) }
    uploader = OrderUploader(ledger: ledger, transport: transport, clock: time.clock)
    checkout = CheckoutService(
      session: CheckoutSession(
        settings: .init(sells: sells), numbering: try OrderNumbering(prefix: "20261120\(box.id)R\(run)-"),
        schoolTime: MealPlan.unplanned.schoolTime(clock.now())),
      camera: CameraController(), ledger: ledger, uploader: uploader,
      issuer: DeviceCredentialIssuer(key: box.key), metrics: TillMetrics(), clock: time.clock,
      wallClock: clock,
      logger: Logger(label: "simulation") { _ in SwiftLogNoOpLogHandler() })
    await checkout.use(lease)
    try await checkout.resume()
  }
}
