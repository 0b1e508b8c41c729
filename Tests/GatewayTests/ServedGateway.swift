import CanteenCore
import CanteenTestSupport
import Concurrency
import Crypto
import FaceRecognition
import Foundation
import GatewayProtocol
import GatewayStore
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import PaymentPlatform
import SystemService
import Testing

@testable import Gateway

/// All routes of a gateway over a store of its own, with a platform that answers as a test wrote down.
struct ServedGateway {
  static let token = "admin-token"

  let folder: TemporaryFolder
  let store: SQLiteGatewayStore
  let wallClock = ManualWallClock()
  let eventsWritten = Broadcast(0)
  let routes: GatewayRoutes
  let authority: SchoolAuthority
  let gatewayKey = P256.Signing.PrivateKey()

  init(platform: ScriptedPlatform = ScriptedPlatform(deductions: [], mayPay: true)) throws {
    folder = try TemporaryFolder()
    store = try SQLiteGatewayStore(path: folder.path("gateway.sqlite"))
    let (clock, logger) = (ManualClock(), Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    let school = try OrganizationID("O1000")
    let (key, exportKey) = (gatewayKey, P256.KeyAgreement.PrivateKey())
    let keys = try KeyStore(folder: folder.url.appending(path: "keys"))
    authority = try SchoolAuthority(keys: keys, organization: school, wallClock: wallClock)
    let ports = ListenerPorts(tills: 0, pairing: 0)
    let templates = TemplateVault(key: SymmetricKey(size: .bits256), origin: RecognitionModels.origin)
    let guardians = GuardianVault(
      key: SymmetricKey(size: .bits256), accountKey: SymmetricKey(size: .bits256))
    let pairing = TerminalPairing(
      store: store, authority: authority, organization: school, gatewayKey: key.publicKey, ports: ports,
      wallClock: wallClock)
    let scheduler = SettlementScheduler(
      store: store, platforms: SchoolPlatforms(platform), eventsWritten: eventsWritten, wallClock: wallClock,
      clock: clock,
      logger: logger)
    let intake = LedgerIntake(store: store)
    let exports = LedgerExportIntake(
      store: store, intake: intake, key: exportKey, scheduler: scheduler, eventsWritten: eventsWritten,
      wallClock: wallClock)
    let lookAlikes = LookAlikeService(
      store: store, templates: templates, guardians: guardians, clock: clock, logger: logger)
    routes = GatewayRoutes(
      terminals: TerminalRoutes(
        store: store, delivery: EventDelivery(store: store), intake: intake,
        leases: LeaseIssuer(
          store: store, platforms: SchoolPlatforms(platform), organization: school, organizationName: "学校",
          limits: SpendingLimits(of: platform.terms), plan: .unplanned, offline: .usual,
          exportKey: exportKey.publicKey, key: key, wallClock: wallClock),
        held: HeldLedgers(store: store, key: key),
        library: LibraryPublisher(
          store: store, templates: templates, guardians: guardians, organization: school, key: key),
        scheduler: scheduler, exports: exports,
        codes: CodePayments(
          store: store, platforms: SchoolPlatforms(platform), wallClock: wallClock, logger: logger),
        eventsWritten: eventsWritten, wallClock: wallClock, clock: clock),
      pairing: PairingRoutes(pairing: pairing, authority: authority),
      admin: AdminRoutes(
        token: Self.token, store: store, pairing: pairing,
        enrolment: FaceEnrolment(
          models: try RecognitionModels(folder: TestMaterial.models.url()), store: store,
          templates: templates, guardians: guardians, lookAlikes: lookAlikes,
          platforms: SchoolPlatforms(platform),
          wallClock: wallClock),
        lookAlikes: lookAlikes, utcOffset: MealPlan.unplanned.utcOffset),
      money: MoneyRoutes(
        token: Self.token, store: store, exports: exports,
        reconciler: Reconciler(
          store: store, platforms: SchoolPlatforms(platform), utcOffset: MealPlan.unplanned.utcOffset,
          wallClock: wallClock, stoppedLanes: { [:] }),
        eventsWritten: eventsWritten),
      certificate: ServerCertificate(
        key: try keys.signingKey(named: "server"), authority: authority, names: [],
        machine: { ["gateway.test", "10.9.8.7"] }, wallClock: wallClock),
      ports: ports, key: key, logger: logger)
  }

  /// One call of somebody who has the admin token.
  ///
  /// - Returns: the status and the text of the answer.
  func call(_ method: HTTPRequest.Method, _ path: String, _ body: String = "") async throws -> (
    status: HTTPResponse.Status, text: String
  ) {
    try await Application(router: routes.office()).test(.router) { client in
      try await client.execute(
        uri: path, method: method, headers: [.authorization: "Bearer \(Self.token)"],
        body: ByteBuffer(string: body)
      ) { answer in (answer.status, String(buffer: answer.body)) }
    }
  }
}
