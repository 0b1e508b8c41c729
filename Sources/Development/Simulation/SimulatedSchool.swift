import CanteenCore
import Concurrency
import Crypto
import FaultInjection
import Foundation
import Gateway
import GatewayProtocol
import GatewayStore
import Logging
import PaymentPlatform

/// The gateway of the simulation: the real store, intake, scheduler and lease desk, on a disk that may lose
/// power.
struct SimulatedSchool: Sendable {
  let store: SQLiteGatewayStore
  let intake: LedgerIntake
  let delivery: EventDelivery
  let scheduler: SettlementScheduler
  let codes: CodePayments
  let leases: LeaseIssuer
  let held: HeldLedgers
  /// Grows whenever tills may have something to hear or the scheduler something to do.
  let eventsWritten = Broadcast(0)

  /// Opens or reopens the gateway.
  init(
    file: URL, keys: SchoolKeys, plan: MealPlan, platforms: [SimulatedPlatform], time: TrueTime,
    clock: SchoolClock
  ) throws {
    let set = SchoolPlatforms(platforms[0], Array(platforms.dropFirst()))
    store = try SQLiteGatewayStore(path: file.path)
    intake = LedgerIntake(store: store, platform: set.first.id)
    delivery = EventDelivery(store: store)
    let logger = Logger(label: "simulation") { _ in SwiftLogNoOpLogHandler() }
    scheduler = SettlementScheduler(
      store: store, platforms: set, eventsWritten: eventsWritten, plan: plan, wallClock: clock,
      clock: time.clock,
      jitter: { 0.5 }, logger: logger, quiet: .seconds(30))
    codes = CodePayments(store: store, platforms: set, wallClock: clock, logger: logger)
    leases = LeaseIssuer(
      store: store, platforms: set, organization: keys.organization,
      organizationName: "学校",
      limits: SpendingLimits(of: set.terms), plan: plan,
      offline: .usual, means: MeansOffered(paymentCodes: set.takePaymentCodes),
      exportKey: keys.export.publicKey, key: keys.signing, wallClock: time)
    held = HeldLedgers(store: store, key: keys.signing)
  }
}

/// What survives every restart of the gateway.
struct SchoolKeys: Sendable {
  let organization: OrganizationID
  let signing = P256.Signing.PrivateKey()
  let export = P256.KeyAgreement.PrivateKey()

  init() throws {
    organization = try OrganizationID("O1000")
  }
}
