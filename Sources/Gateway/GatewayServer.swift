import AsyncHTTPClient
public import CanteenCore
import Crypto
public import Daemon
import SettingsFile
import FaceRecognition
public import Foundation
import GatewayProtocol
import Hummingbird
public import Logging
public import ServiceLifecycle
import WeChatPay

/// The school's back end, put together: store, desks, scheduler and the HTTP interface.
public struct GatewayServer: Service {
  private let listen: ListenAddress
  private let application: any Service
  private let scheduler: DebitScheduler
  private let likeness: LikenessDesk
  private let contracts: ContractWatch
  private let http: HTTPClient
  private let lock: FolderLock
  private let watchdog: Watchdog<Loop>

  /// What must go on for orders to be paid.
  private enum Loop: String {
    case deductions
  }

  /// Opens everything the gateway needs; throws one clear sentence when something is missing.
  ///
  /// - Parameters:
  ///   - file: the settings file; paths in it are relative to its folder.
  ///   - manager: told when callers are served and that deductions go on.
  ///   - listening: called with the port once callers are served.
  public init(
    settingsFile file: URL, clock: any MonotonicClock, wallClock: any WallClock, logger: Logger,
    manager: ServiceManager? = nil, listening: @escaping @Sendable (Int) -> Void
  ) throws {
    let settings = try SettingsFile.read(GatewaySettings.self, from: file)
    let folder = file.deletingLastPathComponent()
    let data = URL(filePath: settings.data, relativeTo: folder)
    let merchantFile = URL(filePath: settings.merchant, relativeTo: folder)
    let merchant = try SettingsFile.read(MerchantSettings.self, from: merchantFile)
    let models = try RecognitionModels(folder: URL(filePath: settings.models, relativeTo: folder))

    let credentials = try merchant.credentials(besides: merchantFile)
    let keys = try KeyStore(folder: data.appending(path: "keys"))
    lock = try FolderLock(folder: data)
    let gatewayKey = try keys.signingKey(named: "gateway")
    let authorityKey = try keys.signingKey(named: "authority")
    let exportKey = try keys.sealingKey(named: "export")
    let adminToken = try keys.token(named: "admin")
    let vault = TemplateVault(
      key: try keys.symmetricKey(named: "templates"), origin: RecognitionModels.origin)
    let guardians = GuardianVault(
      key: try keys.symmetricKey(named: "guardians"),
      accountKey: try keys.symmetricKey(named: "guardian-accounts"))
    let store = try GatewayStore(path: data.appending(path: "gateway.sqlite").path)

    // A client that is let go of without being shut down stops the program: nothing after this throws.
    http = HTTPClient(
      eventLoopGroupProvider: .singleton, configuration: WeChatPayClient.httpClientConfiguration)
    let platform = WeChatPlatform(
      client: WeChatPayClient(
        credentials: credentials, baseURL: merchant.baseURL,
        httpClient: http, wallClock: wallClock),
      subMerchant: merchant.subMerchant, organization: merchant.organization,
      organizationName: merchant.organizationName)
    let changes = Broadcast(0)
    let watchdog = Watchdog<Loop>(manager: manager, loops: [.deductions], clock: clock, logger: logger)
    let scheduler = DebitScheduler(
      store: store, platform: platform, news: changes, plan: settings.plan, wallClock: wallClock,
      clock: clock, logger: logger, report: watchdog.report(of: .deductions))
    let exports = ExportDesk(
      store: store, key: exportKey, scheduler: scheduler, changes: changes, wallClock: wallClock)
    let likeness = LikenessDesk(
      store: store, templates: vault, guardians: guardians, clock: clock, logger: logger)
    let pairing = PairingDesk(
      store: store,
      authority: CertificateAuthority(
        key: authorityKey, organization: merchant.organization),
      organization: merchant.organization, gatewayKey: gatewayKey.publicKey, wallClock: wallClock)

    let router = Router()
    router.add(middleware: RefusalMiddleware(logger: logger))
    TerminalRoutes(
      store: store, pairing: pairing,
      leases: LeaseDesk(
        store: store, platform: platform, organization: merchant.organization,
        organizationName: merchant.organizationName,
        merchant: MerchantProfile(spMerchant: merchant.spMerchant, subMerchant: merchant.subMerchant),
        limits: settings.testMerchant ? .testMerchant : settings.limits, plan: settings.plan,
        offline: settings.offline, exportKey: exportKey.publicKey, key: gatewayKey, wallClock: wallClock),
      library: LibraryPublisher(
        store: store, templates: vault, guardians: guardians, organization: merchant.organization,
        key: gatewayKey),
      scheduler: scheduler, exports: exports, changes: changes, wallClock: wallClock, clock: clock
    ).add(to: router)
    AdminRoutes(
      token: adminToken, store: store, pairing: pairing,
      enrolment: EnrolmentDesk(
        models: models, store: store, templates: vault, guardians: guardians, likeness: likeness,
        platform: platform, wallClock: wallClock), likeness: likeness
    ).add(to: router)
    MoneyRoutes(
      token: adminToken, store: store, exports: exports,
      reconciler: Reconciler(store: store, platform: platform, utcOffset: settings.plan.utcOffset),
      changes: changes
    ).add(to: router)
    router.get("v1/health") { _, _ in try Response.json(["status": "ok"]) }

    listen = settings.listen
    self.scheduler = scheduler
    self.watchdog = watchdog
    self.likeness = likeness
    contracts = ContractWatch(
      store: store, platform: platform, news: changes, clock: clock, logger: logger)
    application = Application(
      router: router,
      configuration: .init(address: settings.listen.bindAddress, serverName: "canteen-gateway"),
      onServerRunning: { channel in
        manager?.tell(.ready)
        listening(channel.localAddress?.port ?? 0)
      }, logger: logger)
  }

  public func run() async throws {
    do {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          async let watched: Void = watchdog.run { scheduler.workArrived() }
          await scheduler.run()
          await watched
        }
        group.addTask { await likeness.run() }
        group.addTask { await contracts.run() }
        group.addTask { try await application.run() }
        defer { group.cancelAll() }
        _ = try await group.next()
      }
    } catch {
      try? await http.shutdown()
      throw listen.explaining(error)
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
