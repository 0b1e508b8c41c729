import AsyncHTTPClient
public import CanteenCore
import Concurrency
import Crypto
import FaceRecognition
public import Foundation
import GatewayProtocol
import GatewayStore
import HTTPService
import Hummingbird
import NIOCore
public import Logging
public import PaymentPlatform
public import ServiceLifecycle
import Settings
public import SystemService
import WeChatPay

/// The school's gateway, put together: store, platforms, background loops and the HTTP interface.
public struct GatewayServer: Service {
  private let listeners: GatewayListeners
  private let services: [any Service]
  private let http: HTTPClient
  private let lock: FolderLock
  private let logger: Logger

  /// The loops that must make progress for orders to be paid.
  private enum Loop: String {
    case deductions
  }

  /// Opens everything the gateway needs; throws one clear sentence when something is missing.
  ///
  /// - Parameters:
  ///   - file: the settings file; paths in it are relative to its folder.
  ///   - platformsBeside: payment platforms that no settings file sets up.
  ///   - manager: told when callers are served, and that deductions make progress.
  ///   - listening: called once all callers are served.
  public init(
    settingsFile file: URL, platformsBeside: [any PaymentPlatform] = [], clock: any MonotonicClock,
    wallClock: any WallClock, logger: Logger,
    manager: ServiceManager? = nil, listening: @escaping @Sendable (ServedPorts) -> Void
  ) throws {
    let settings = try SettingsFile.read(GatewaySettings.self, from: file)
    let folder = file.deletingLastPathComponent()
    let data = URL(filePath: settings.data, relativeTo: folder)
    let merchantFile = URL(filePath: settings.merchant, relativeTo: folder)
    let merchant = try SettingsFile.read(MerchantSettings.self, from: merchantFile)
    if let flaw = MerchantName(merchant.organizationName).flaw {
      throw SettingsError(file: merchantFile.path, reason: "\"organization_name\": \(flaw)")
    }
    if let flaw = merchant.flawOfAddress {
      throw SettingsError(file: merchantFile.path, reason: "\"base_url\": \(flaw)")
    }
    let models = try RecognitionModels(folder: URL(filePath: settings.models, relativeTo: folder))

    let credentials = try merchant.credentials(besides: merchantFile)
    let keys = try KeyStore(folder: data.appending(path: "keys"))
    lock = try FolderLock(folder: data)
    let gatewayKey = try keys.signingKey(named: "gateway")
    let authority = try SchoolAuthority(
      keys: keys, organization: merchant.organization, wallClock: wallClock)
    let ports = ListenerPorts(tills: settings.tills.port, pairing: settings.pairing.port)
    let certificate = ServerCertificate(
      key: try keys.signingKey(named: "server"), authority: authority, names: settings.names,
      wallClock: wallClock)
    do {
      _ = try System.enumerateDevices()
    } catch {
      logger.error(
        "This machine's addresses cannot be read: tills reach it only by the names in gateway.yaml",
        metadata: ["error": "\(error)"])
    }
    listeners = try GatewayListeners(settings, showing: certificate)
    let exportKey = try keys.sealingKey(named: "export")
    let adminToken = try keys.token(named: "admin")
    let vault = TemplateVault(
      key: try keys.symmetricKey(named: "templates"), origin: RecognitionModels.origin)
    let guardians = GuardianVault(
      key: try keys.symmetricKey(named: "guardians"),
      accountKey: try keys.symmetricKey(named: "guardian-accounts"))
    let store: any SchoolStore = try SQLiteGatewayStore(path: data.appending(path: "gateway.sqlite").path)

    let terms = settings.testMerchant ? WeChatPayK12.termsUnderTest : WeChatPayK12.usualTerms
    let ceiling = SchoolTerms([terms] + platformsBeside.map(\.terms)).mostGenerous.orderCeiling
    guard settings.plan.dearestPrice <= ceiling else {
      throw SettingsError(
        file: file.path,
        reason: "\"meals\": a price is over the ¥\(ceiling.yuan) that a platform takes for one order")
    }

    // A client that is released without `shutdown()` stops a debug build: nothing after this throws.
    http = HTTPClient(
      eventLoopGroupProvider: .singleton, configuration: WeChatPayClient.httpClientConfiguration)
    let platform = WeChatPayK12(
      client: WeChatPayClient(
        credentials: credentials, baseURL: merchant.baseURL,
        httpClient: http, wallClock: wallClock),
      subMerchant: merchant.subMerchant, organization: merchant.organization,
      organizationName: merchant.organizationName,
      terms: terms)
    let platforms = SchoolPlatforms(platform, platformsBeside)
    let eventsWritten = Broadcast(0)
    let watchdog = Watchdog<Loop>(manager: manager, loops: [.deductions], clock: clock, logger: logger)
    let scheduler = SettlementScheduler(
      store: store, platforms: platforms, eventsWritten: eventsWritten, plan: settings.plan,
      wallClock: wallClock,
      clock: clock, logger: logger, report: watchdog.report(of: .deductions),
      callsAtOnce: settings.platformCalls, quiet: .seconds(settings.platformQuiet))
    let intake = LedgerIntake(store: store, platform: platforms.first.id)
    let exports = LedgerExportIntake(
      store: store, intake: intake, key: exportKey, scheduler: scheduler, eventsWritten: eventsWritten,
      wallClock: wallClock, authority: authority)
    let lookAlikes = LookAlikeService(
      store: store, templates: vault, guardians: guardians, clock: clock, logger: logger)
    let pairing = TerminalPairing(
      store: store, authority: authority, organization: merchant.organization,
      gatewayKey: gatewayKey.publicKey, ports: ports, wallClock: wallClock)

    let terminals = TerminalRoutes(
      store: store, delivery: EventDelivery(store: store), intake: intake,
      leases: LeaseIssuer(
        store: store, platforms: platforms, organization: merchant.organization,
        organizationName: merchant.organizationName,
        limits: (settings.limits ?? SpendingLimits(of: platforms.terms)).capped(by: platforms.terms),
        plan: settings.plan,
        offline: settings.offline,
        means: MeansOffered(
          paymentCodes: platforms.takePaymentCodes, schoolAccounts: settings.schoolAccounts,
          agreements: platforms.terms.filter(\.collectsByUser).map(\.platform)),
        exportKey: exportKey.publicKey, key: gatewayKey, wallClock: wallClock),
      held: HeldLedgers(store: store, key: gatewayKey),
      library: LibraryPublisher(
        store: store, templates: vault, guardians: guardians, organization: merchant.organization,
        key: gatewayKey),
      scheduler: scheduler, exports: exports,
      codes: CodePayments(store: store, platforms: platforms, wallClock: wallClock, logger: logger),
      eventsWritten: eventsWritten, wallClock: wallClock, clock: clock)
    let admin = AdminRoutes(
      token: adminToken, store: store, pairing: pairing,
      enrolment: FaceEnrolment(
        models: models, store: store, templates: vault, guardians: guardians, lookAlikes: lookAlikes,
        platforms: platforms, wallClock: wallClock), lookAlikes: lookAlikes,
      utcOffset: settings.plan.utcOffset
    )
    let money = MoneyRoutes(
      token: adminToken, store: store, exports: exports,
      reconciler: Reconciler(
        store: store, platforms: platforms, utcOffset: settings.plan.utcOffset, wallClock: wallClock,
        stoppedLanes: { scheduler.stoppedLanes }),
      eventsWritten: eventsWritten
    )
    let routes = GatewayRoutes(
      terminals: terminals, pairing: PairingRoutes(pairing: pairing, authority: authority), admin: admin,
      money: money, certificate: certificate, ports: ports, key: gatewayKey,
      logger: logger)

    self.logger = logger
    let contracts = ContractWatch(
      store: store, platforms: platforms, eventsWritten: eventsWritten,
      mayBeCharged: { try await scheduler.hastenDelayedOrders(of: $0) }, clock: clock, logger: logger)
    // Started in this order, and stopped in reverse order.
    services =
      [
        LoopService("settlement", scheduler.run), LoopService("look-alikes", lookAlikes.run),
        LoopService("contracts", contracts.run),
        LoopService("watchdog") { await watchdog.run { scheduler.workArrived() } },
      ]
      + listeners.services(routes, logger: logger) { ports in
        manager?.tell(.ready)
        listening(ServedPorts(ports))
      }
  }

  public func run() async throws {
    do {
      try await listeners.check()
      try await ServiceGroup(services: services, logger: logger).run()
    } catch {
      try? await http.shutdown()
      throw error
    }
    try await http.shutdown()
  }
}

extension MerchantSettings {
  /// Reads the key files, which lie beside the merchant's settings.
  func credentials(besides file: URL) throws -> WeChatPayCredentials {
    func text(_ name: String) throws -> String {
      let key = URL(filePath: name, relativeTo: file.deletingLastPathComponent())
      guard let text = try? String(contentsOf: key, encoding: .utf8) else {
        throw SettingsError(file: file.path, reason: "the key file \(key.path) cannot be read")
      }
      return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }
    do {
      return try WeChatPayCredentials(
        spMerchant: spMerchant, spAppID: spAppID, certificateSerial: certificateSerial,
        merchantPrivateKey: text(privateKeyFile), platformKeyID: platformKeyID,
        platformPublicKey: text(platformKeyFile), apiV3Key: text(apiV3KeyFile))
    } catch let error as WeChatPayCredentialsError {
      throw SettingsError(file: file.path, reason: "\(error)")
    }
  }
}
