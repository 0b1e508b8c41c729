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
  private let identity: KeptIdentity
  private let carried: CarriedExports
  private let clock: any MonotonicClock
  private let wallClock: any WallClock
  private let logger: Logger

  init(
    ledger: OrderLedger, client: GatewayClient, checkout: CheckoutService, uploader: OrderUploader,
    prover: LedgerProver, leases: LeaseKeeper, identity: KeptIdentity, carried: CarriedExports,
    clock: any MonotonicClock,
    wallClock: any WallClock, logger: Logger
  ) {
    self.ledger = ledger
    self.client = client
    self.checkout = checkout
    self.uploader = uploader
    self.prover = prover
    self.leases = leases
    self.identity = identity
    self.carried = carried
    self.clock = clock
    self.wallClock = wallClock
    self.logger = logger
  }

  /// Works until cancelled.
  func run() async {
    await withDiscardingTaskGroup { group in
      group.addTask { await self.takeOver() }
      group.addTask { await self.verifyOnce() }
      group.addTask { await self.keepBringing() }
    }
  }

  /// A box that has taken over a till's name fetches the ledger that it goes on with, before its own first entry.
  private func takeOver() async {
    guard identity.current.formerKeys?.isEmpty == false else { return }
    while !Task.isCancelled {
      do {
        guard try await ledger.head().sequence == 0 else { return }
        let recovery = try await prover.recover()
        logger.notice("The ledger of the box before is here", metadata: ["entries": "\(recovery.end)"])
        uploader.entryAppended()
        leases.renewSoon()
        return
      } catch {
        logger.warning("The ledger of the box before was not fetched", metadata: ["error": "\(error)"])
        try? await clock.sleep(for: .seconds(30))
      }
    }
  }

  private func keepBringing() async {
    // The gateway may take today what it refused before it was updated.
    carried.waitAgain()
    while !Task.isCancelled {
      await bringWaiting()
      try? await clock.sleep(for: .seconds(60))
    }
  }

  /// Until every entry was read once.
  private func verifyOnce() async {
    while !Task.isCancelled {
      do {
        _ = try await verify()
        return
      } catch {
        guard !Task.isCancelled else { return }
        logger.critical("The ledger was not verified", metadata: ["error": "\(error)"])
        guard error.isOfTheDisk else { return }
        try? await clock.sleep(for: .seconds(60))
      }
    }
  }

  /// Reads every entry. Faces are taken while the ledger is whole, and not when it is not; a disk that fails to read
  /// says neither.
  ///
  /// - Returns: how many entries there are.
  func verify() async throws(LedgerError) -> Int64 {
    do {
      let entries = try await ledger.verify()
      await checkout.block([], by: .ledgerCheck)
      return entries
    } catch {
      if !error.isOfTheDisk { await checkout.block([.ledgerDamaged], by: .ledgerCheck) }
      throw error
    }
  }

  func rebuild() async throws(LedgerError) -> Int64 {
    try await ledger.rebuildViews()
    return try await verify()
  }

  /// - Parameter sequence: the part begins behind this entry; nil for behind what the gateway has confirmed.
  /// - Throws: ``HTTPRefusal`` when there is nothing to export or no gateway to seal it to.
  func export(after sequence: Int64?) async throws -> Data {
    guard let key = await leases.lease?.exportKey else {
      throw HTTPRefusal(
        .conflict, code: .noLease, "The till never had a lease, so nobody can read what it would export.")
    }
    do {
      return try await ledger.export(
        after: sequence, sealedTo: P256.KeyAgreement.PublicKey(x963Representation: key),
        certificate: identity.current.certificate, at: wallClock.now()
      ).line()
    } catch let error as LedgerExportError {
      throw HTTPRefusal(.conflict, code: .nothingToExport, error.description)
    }
  }

  /// Takes a part of another till's ledger and hands it to the gateway, now or when it answers again.
  ///
  /// - Returns: what the gateway now has of that ledger; nil while the part waits for the gateway.
  func bring(_ line: Data) async throws -> CarriedLedger? {
    do {
      let export = try LedgerExport(line: line)
      do {
        // Entries arrive in order, so this one waits for its turn.
        if carried.hasEarlierPart(than: export) { await bringWaiting() }
        guard !carried.hasEarlierPart(than: export) else {
          try carried.keep(export, line: line)
          throw HTTPRefusal(
            .serviceUnavailable, code: .waiting,
            "An earlier part of this ledger waits here, and the till's log says for what; this one is kept behind it."
          )
        }
        return try await client.bring(line)
      } catch  where error is GatewayUnreachable || error is GatewayNotTrusted || error is AnswerNotSigned {
        try carried.keep(export, line: line)
        return nil
      }
    } catch let error as LedgerExportError {
      throw HTTPRefusal(.unprocessableContent, code: .badExport, error.description)
    } catch let error as CarriedExports.NoRoom {
      throw HTTPRefusal(.serviceUnavailable, code: .noRoom, error.description)
    } catch let refusal as Refusal {
      throw HTTPRefusal(.unprocessableContent, refusal)
    }
  }

  private func bringWaiting() async {
    var stuck: Set<TerminalID> = []
    for file in carried.waiting() {
      guard let bytes = try? Data(contentsOf: file), let part = try? LedgerExport(line: bytes),
        !stuck.contains(part.terminal)
      else { continue }
      do {
        let answer = try await client.bring(bytes)
        logger.notice(
          "A carried ledger arrived", metadata: ["till": "\(answer.terminal)", "last": "\(answer.last)"])
        if answer.strays > 0 {
          logger.error(
            "A carried ledger came too late: recover its till, so that it is booked",
            metadata: ["till": "\(answer.terminal)", "entries": "\(answer.strays)"])
        }
        try? carried.remove(file)
      } catch let refusal as Refusal {
        logger.error("A carried ledger was refused", metadata: ["reason": "\(refusal)"])
        stuck.insert(part.terminal)
        // Anything else may pass: a gateway whose disk is full, or a proxy in its place.
        if refusal.code.isAboutThePart { try? carried.setAside(file) }
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
  /// - Returns: what became of the ledger, and how many carried entries were taken up besides.
  func recover(isOnlyBox: Bool) async throws -> (ledger: LedgerRecovery, takenUp: Int) {
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
    if isOnlyBox { await leases.isTheOnlyBox() }
    try await goOn()
    let takenUp = try await prover.takeUpStrays()
    if takenUp > 0 { try await goOn() }
    return (recovery, takenUp)
  }

  /// With what the ledger says now.
  private func goOn() async throws {
    try await checkout.resume()
    uploader.entryAppended()
    leases.renewSoon()
  }
}

extension LedgerError {
  /// Whether the ledger could not be read, so that nobody knows what it says.
  fileprivate var isOfTheDisk: Bool {
    switch self {
    case .storage, .diskFull, .readOnly, .diskFails: true
    default: false
    }
  }
}

extension RefusalCode {
  /// Whether no gateway of this school will ever take the part.
  fileprivate var isAboutThePart: Bool { self == .known(.badExport) || self == .known(.refusedEntry) }
}
