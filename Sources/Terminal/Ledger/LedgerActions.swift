import CanteenCore
import Crypto
import Foundation
import GatewayProtocol
import HTTPService
import HTTPTypes
import Logging
import OrderLedger

/// What an installer does with the ledger: verify it, carry it away, bring another till's, fetch back what a
/// restored disk lost. Also reads the whole ledger again once after each start, while the till sells.
actor LedgerActions {
  private let ledger: OrderLedger
  private let client: GatewayClient
  private let checkout: CheckoutService
  private let uploader: OrderUploader
  private let prover: LedgerProver
  private let leases: LeaseKeeper
  /// Ledgers of other tills that wait for the gateway to answer.
  private let carried: URL
  private let clock: any MonotonicClock
  private let wallClock: any WallClock
  private let logger: Logger

  init(
    ledger: OrderLedger, client: GatewayClient, checkout: CheckoutService, uploader: OrderUploader,
    prover: LedgerProver, leases: LeaseKeeper, state: URL, clock: any MonotonicClock,
    wallClock: any WallClock, logger: Logger
  ) {
    self.ledger = ledger
    self.client = client
    self.checkout = checkout
    self.uploader = uploader
    self.prover = prover
    self.leases = leases
    carried = state.appending(path: "carried")
    self.clock = clock
    self.wallClock = wallClock
    self.logger = logger
  }

  /// Works until cancelled.
  func run() async {
    await verifyOnce()
    while !Task.isCancelled {
      await bringWaiting()
      try? await clock.sleep(for: .seconds(60))
    }
  }

  private func verifyOnce() async {
    do {
      try await ledger.verify()
    } catch {
      guard !Task.isCancelled else { return }
      logger.critical("The ledger is damaged", metadata: ["error": "\(error)"])
      await checkout.block([.ledgerDamaged], by: .ledgerCheck)
    }
  }

  /// - Throws: ``HTTPRefusal`` when there is nothing to export or no gateway to seal it to.
  func export(all: Bool) async throws -> Data {
    guard let key = await leases.lease?.exportKey else {
      throw HTTPRefusal(
        .conflict, code: .noLease, "The till never had a lease, so nobody can read what it would export.")
    }
    do {
      return try await ledger.export(
        all: all, sealedTo: P256.KeyAgreement.PublicKey(x963Representation: key), at: wallClock.now()
      ).fileContents()
    } catch let error as LedgerExportError {
      throw HTTPRefusal(.conflict, code: .nothingToExport, error.description)
    }
  }

  /// Takes another till's ledger file and hands it to the gateway, now or when it answers again.
  ///
  /// - Returns: what the gateway now has of that ledger; nil while the file waits for the gateway.
  func bring(_ file: Data) async throws -> CarriedLedger? {
    do {
      _ = try LedgerExport(fileContents: file)
    } catch {
      throw HTTPRefusal(.unprocessableContent, code: .badExport, error.description)
    }
    do {
      return try await client.bring(file)
    } catch is GatewayUnreachable {
      try FileManager.default.createDirectory(at: carried, withIntermediateDirectories: true)
      let name = Data(SHA256.hash(data: file)).hex
      try file.write(to: carried.appending(path: name), options: .atomic)
      return nil
    } catch let refusal as Refusal {
      throw HTTPRefusal(.unprocessableContent, refusal)
    }
  }

  private func bringWaiting() async {
    let waiting =
      (try? FileManager.default.contentsOfDirectory(at: carried, includingPropertiesForKeys: nil)) ?? []
    for file in waiting {
      guard let bytes = try? Data(contentsOf: file) else { continue }
      do {
        let answer = try await client.bring(bytes)
        logger.notice(
          "A carried ledger arrived", metadata: ["till": "\(answer.terminal)", "last": "\(answer.last)"])
        try? FileManager.default.removeItem(at: file)
      } catch let refusal as Refusal {
        logger.error("A carried ledger was refused", metadata: ["reason": "\(refusal)"])
        try? FileManager.default.moveItem(at: file, to: file.appendingPathExtension("refused"))
      } catch {
        return
      }
    }
  }

  /// Fetches this till's own entries that a restored disk lost; what it wrote in their place is said again behind
  /// them.
  ///
  /// - Parameter isOnlyBox: somebody made sure that no other box sells under this till's name; nothing less lets a
  ///   forked ledger be recovered.
  func recover(isOnlyBox: Bool) async throws -> LedgerRecovery {
    let standing = try await prover.prove().standing
    guard standing != .forked || isOnlyBox else {
      throw HTTPRefusal(
        .conflict, code: .ledgerForked,
        """
        This ledger and the gateway hold different entries. Make sure that no other box sells under this till's name, \
        then run `canteenctl ledger recover --only-box`.
        """)
    }
    let recovery = try await prover.recover()
    try await checkout.resume()
    uploader.entryAppended()
    leases.renewSoon()
    return recovery
  }
}
