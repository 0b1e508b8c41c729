import CanteenCore
import Crypto
import FaultInjection
import Foundation
import GatewayProtocol
import Logging
import OrderLedger
import Terminal

/// One till of the simulation: the selling core of every till, on a disk that may lose power.
struct SimulatedTill: Sendable {
  /// What stays when the program or the power goes.
  struct Box: Sendable {
    let id: TerminalID
    let folder: URL
    let disk: FaultyDisk
    let key: P256.Signing.PrivateKey
    let clock: BoxClock
  }

  let core: SellingCore

  var ledger: OrderLedger { core.ledger }
  var uploader: OrderUploader { core.uploader }
  var checkout: CheckoutService { core.checkout }
  var clock: TillClock { core.clock }

  /// Starts the till's program.
  ///
  /// - Parameters:
  ///   - run: how often it was started; no two runs use the same order numbers.
  ///   - lease: the one kept on the till's disk.
  init(
    in box: Box, run: Int, sells: AmountMode, lease: Lease?, gatewayKey: P256.Signing.PublicKey,
    transport: any OrderTransport & CodeTransport, time: TrueTime
  ) async throws {
    core = try SellingCore(
      at: SellingCore.Place(
        terminal: box.id, key: box.key, gatewayKey: gatewayKey, folder: box.folder),
      rules: SellingCore.Rules(
        session: .init(sells: sells),
        numbering: { _ in try OrderNumbering(prefix: "20261120\(box.id)R\(run)-") }),
      clock: TillClock(system: box.clock, clock: time.clock, floor: TrueTime.start), transport: transport,
      monotonicClock: time.clock, logger: Logger(label: "simulation") { _ in SwiftLogNoOpLogHandler() })
    await checkout.use(lease)
    try await core.resume()
  }
}
