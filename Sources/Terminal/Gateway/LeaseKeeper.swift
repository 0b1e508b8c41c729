import CanteenCore
import Concurrency
import Foundation
import GatewayProtocol
import Logging
import OrderLedger

/// Holds the till's lease: renews it every hour, keeps it over restarts, and blocks faces when it runs out.
actor LeaseKeeper: LeaseSource {
  static let renewEvery: Duration = .seconds(3_600)
  static let retry = RetrySchedule(first: .seconds(2), longest: .seconds(60))
  /// How often the till shows again that it continues what the gateway holds, while entries are on their way.
  private static let mostProofs = 4

  private(set) var lease: Lease?
  /// Why the gateway does not trust this till's ledger, or this till not what it says of it; nil while they do.
  private(set) var ledgerFault: String?

  private var isOnlyBox: Bool?

  private let client: GatewayClient
  private let ledger: OrderLedger
  private let prover: LedgerProver
  private let checkout: CheckoutService
  private let rawData: String
  private let file: LeaseFile
  private let clock: any MonotonicClock
  private let wallClock: TillClock
  private let logger: Logger
  private let signal = WakeSignal()

  init(
    client: GatewayClient, ledger: OrderLedger, prover: LedgerProver, checkout: CheckoutService,
    rawData: String, file: LeaseFile, clock: any MonotonicClock, wallClock: TillClock, logger: Logger
  ) {
    self.client = client
    self.ledger = ledger
    self.prover = prover
    self.checkout = checkout
    self.rawData = rawData
    self.file = file
    self.clock = clock
    self.wallClock = wallClock
    self.logger = logger
  }

  /// Works until cancelled.
  func run() async {
    await take(file.read())
    var failures = 0
    while !Task.isCancelled {
      do {
        try await renew()
        failures = 0
      } catch let refusal as Refusal where refusal.code == .known(.revoked) {
        failures += 1
        if failures == 1 { logger.error("This till was revoked", metadata: ["reason": "\(refusal)"]) }
        ledgerFault = refusal.message
        await checkout.block([.tillRevoked], by: .gateway)
      } catch let refusal as Refusal where refusal.code == .known(.badJSON) && isOnlyBox != nil {
        // A gateway of an earlier version does not know the word.
        isOnlyBox = nil
        renewSoon()
      } catch let refusal as Refusal where refusal.code.doubtsLedger {
        failures += 1
        if failures == 1 {
          logger.error("The gateway does not trust this ledger", metadata: ["reason": "\(refusal)"])
        }
        ledgerFault = refusal.message
        // What the till found itself, it blocks for itself.
        if prover.standing.latest == .continuous { await checkout.block([.ledgerForked], by: .gateway) }
      } catch {
        failures += 1
        if let error = error as? HeldLedgerError { ledgerFault = error.description }
        if failures == 1 {
          logger.warning("The lease could not be renewed", metadata: ["error": "\(error)"])
        }
      }
      await signal.wait(atMost: pause(afterFailures: failures), on: self.clock)
      await checkout.lookAtTheClock()
    }
  }

  /// Asks for a new lease now; returns at once.
  nonisolated func renewSoon() { signal.wake() }

  private func renew() async throws {
    for _ in 1..<Self.mostProofs {
      do {
        return try await renewOnce()
      } catch let refusal as Refusal where refusal.code == .known(.proofIsOld) {}
    }
    try await renewOnce()
  }

  private func renewOnce() async throws {
    let proof = try await prover.prove()
    if let reason = proof.standing.refusal {
      throw Refusal(code: .known(reason), message: LedgerError.limited(proof.standing).description)
    }
    let askedAt = clock.now
    let nonce = String.nonce()
    let signed = try await client.lease(
      LeaseRequest(
        rawData: rawData, ledger: ledger.head(), nonce: nonce, proof: proof.point, isOnlyBox: isOnlyBox))
    let lease = try file.checked(signed)
    guard lease.answers(nonce, after: self.lease) else {
      throw Refusal(
        code: .known(.foreignLease),
        message:
          "The gateway's answer is an old lease; somebody between here and there may be sending it again.")
    }
    wallClock.gatewaySaid(lease.issuedAt, askedAt: askedAt)
    client.connections.timeIsKnown()
    await take(lease)
    try file.write(signed)
    (ledgerFault, isOnlyBox) = (nil, nil)
    await checkout.block([], by: .gateway)
  }

  /// Somebody made sure that no other box sells under this till's name; the gateway is told with the next request.
  func isTheOnlyBox() { isOnlyBox = true }

  private func take(_ lease: Lease?) async {
    if let lease { self.lease = lease }
    await checkout.use(self.lease)
  }

  /// The wait before the next try; it ends when the lease runs out, if that comes first.
  private func pause(afterFailures failures: Int) -> Duration {
    let usual =
      failures == 0
      ? Self.renewEvery : Self.retry.delay(afterFailures: failures, jitter: .random(in: 0...1))
    guard let timeLeft, timeLeft > .zero else { return usual }
    return min(usual, timeLeft)
  }

  /// nil without a lease; negative once it has run out.
  private var timeLeft: Duration? {
    lease.map { wallClock.now().duration(to: $0.expiresAt) }
  }
}

extension LedgerStanding {
  fileprivate var refusal: RefusalReason? {
    switch self {
    case .continuous: nil
    case .unproven: .ledgerUnproven
    case .behind: .ledgerBehind
    case .forked: .ledgerForked
    }
  }
}

extension RefusalCode {
  /// Whether the gateway does not trust the ledger that this till showed it.
  fileprivate var doubtsLedger: Bool {
    switch self {
    case .known(.ledgerForked), .known(.ledgerBehind), .known(.ledgerUnsound), .known(.ledgerUnproven): true
    case .known, .unknown: false
    }
  }
}
