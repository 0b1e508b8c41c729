import Camera
public import CanteenCore
import Crypto
public import Daemon
import SettingsFile
import FaceRecognition
import FeatureLibrary
public import Foundation
import GatewayProtocol
import Hummingbird
public import Logging
import OrderLedger
public import ServiceLifecycle

/// One till, put together from its settings file.
///
/// Crash-only: it may be killed at any moment, and everything it must know is read back at the start.
public struct TerminalServer: Service {
  private let listen: ListenAddress
  private let socket: URL
  private let pagesServer: any Service
  private let socketServer: any Service
  private let workers: [@Sendable () async -> Void]
  private let checkout: CheckoutService
  private let lock: FolderLock

  /// What must go on for the till to sell and be paid.
  private enum Loop: String, CaseIterable {
    case checkout
    case vision
    case uploader
  }

  /// Opens the ledger, the library, the models and the camera's settings; throws one clear sentence when
  /// something is missing.
  ///
  /// - Parameters:
  ///   - file: the settings file; paths in it are relative to its folder.
  ///   - manager: told when the pages are served and that the loops go on.
  ///   - listening: called with the port once the pages are served.
  public init(
    settingsFile file: URL, clock: any MonotonicClock, wallClock: any WallClock, logger: Logger,
    manager: ServiceManager? = nil, listening: @escaping @Sendable (Int) -> Void
  ) throws {
    let settings = try SettingsFile.read(TerminalSettings.self, from: file)
    func place(_ path: String) -> URL { URL(filePath: path, relativeTo: file.deletingLastPathComponent()) }
    let state = place(settings.state)
    let web = place(settings.web)
    guard FileManager.default.fileExists(atPath: web.appending(path: "till.html").path) else {
      throw SettingsError(file: file.path, reason: "\"web\": there are no pages in \(web.path)")
    }
    let session = settings.checkout.session
    let fixedPrice: Fen?
    do {
      fixedPrice = try settings.checkout.fixedPrice()
    } catch {
      throw SettingsError(file: file.path, reason: "\"checkout.fixed_amount\": \(error)")
    }
    let equipment = try CameraEquipment(
      settings.camera, relativeTo: place, clock: clock, settingsFile: file)
    let identity = try TerminalIdentity.read(from: state)
    lock = try FolderLock(folder: state)
    let keys = try TerminalKeys(state: state)
    let models = try RecognitionModels(folder: place(settings.models))
    let till = TillClock(
      system: wallClock, clock: clock, floor: .theProjectsFirstDay, file: state.appending(path: "clock.json"))
    let ledger = try OrderLedger(
      path: state.appending(path: "ledger.sqlite").path, terminal: identity.terminal, key: keys.device,
      wallClock: till)
    if let last = try ledger.lastRecordedAt() { till.happened(at: last) }
    let library = try FeatureLibrary(
      path: state.appending(path: "library.sqlite").path, organization: identity.organization,
      origin: RecognitionModels.origin, key: keys.library, narrowedTo: settings.recognition.onlyGroups)

    let client = GatewayClient(
      gateway: identity.gateway, terminal: identity.terminal, http: .impatient, wallClock: till)
    let metrics = TillMetrics()
    // The camera opens when it is wanted, and until then it owes nothing.
    let watchdog = Watchdog<Loop>(
      manager: manager, loops: Set(Loop.allCases), resting: [.vision], clock: clock, logger: logger)
    let uploader = OrderUploader(
      ledger: ledger, transport: client, clock: clock, report: watchdog.report(of: .uploader))
    let checkout = CheckoutService(
      session: CheckoutSession(
        settings: session, rules: SaleRules(fixedPrice: fixedPrice),
        numbering: try .forThisRun(of: identity.terminal, at: till.now()),
        schoolTime: MealPlan.unplanned.schoolTime(till.now())),
      camera: CameraController(settings.checkout.camera(on: equipment.profile)), ledger: ledger,
      uploader: uploader,
      issuer: DeviceCredentialIssuer(key: keys.device), metrics: metrics, clock: clock, wallClock: till,
      logger: logger, report: watchdog.report(of: .checkout))
    let vision = VisionService(
      cameras: equipment,
      recognizer: try FaceRecognizer(models: models, threads: settings.recognition.threads),
      library: library, checkout: checkout, policy: settings.recognition.policy,
      liveness: LivenessCheck(
        settings.recognition.liveness, infraredAlignment: equipment.infraredAlignment,
        detector: try settings.recognition.livenessModel.map {
          try PresentationAttackModel(manifest: place($0))
        }),
      metrics: metrics,
      clock: clock, logger: logger, report: watchdog.report(of: .vision))
    let leases = try LeaseKeeper(
      client: client, ledger: ledger, checkout: checkout, identity: identity, keys: keys, state: state,
      clock: clock, wallClock: till, logger: logger)
    let sync = LibrarySync(
      client: client, library: library, checkout: checkout, gatewayKey: try identity.gatewayPublicKey(),
      sealingKey: keys.sealing, clock: clock, wallClock: till, logger: logger)
    let offline = OfflineWatch(
      ledger: ledger, checkout: checkout, leases: leases, lastSync: { await sync.lastSync },
      link: client.link, folder: state, clock: clock, wallClock: till, logger: logger)
    let pages = PageBoard(
      terminal: identity.terminal, settings: session, fixedPrice: fixedPrice, checkout: checkout,
      ledger: ledger, library: library, uploader: uploader, leases: leases, offline: offline.state,
      link: client.link, camera: vision.keeper.state, infrared: vision.infrared.state,
      hints: vision.hints, clock: clock, wallClock: till)
    let news = NewsReader(
      client: client, ledger: ledger, uploader: uploader, checkout: checkout, leases: leases, pages: pages,
      clock: clock,
      logger: logger)
    let desk = LedgerDesk(
      ledger: ledger, client: client, checkout: checkout, uploader: uploader, leases: leases, state: state,
      clock: clock, wallClock: till, logger: logger)
    let staff = StaffDesk(
      ledger: ledger, uploader: uploader, checkout: checkout, leases: leases, clock: clock, wallClock: till,
      changed: { pages.somethingChanged() })

    let screens = ScreenWatch(clock: clock)
    let router = Router()
    router.add(middleware: RefusalMiddleware(logger: logger))
    router.add(middleware: LoopbackGuard())
    LocalRoutes(checkout: checkout, pages: pages).add(to: router)
    ScreenRoutes(screens: screens).add(to: router)
    CameraRoutes(checkout: checkout, camera: vision.keeper.state, previews: vision.previews).add(to: router)
    ServiceRoutes(
      identity: identity, ledger: ledger, library: library, policy: settings.recognition.policy,
      sync: sync, leases: leases, uploader: uploader,
      checkout: checkout, camera: vision.keeper.state, infrared: vision.infrared.state, equipment: equipment,
      link: client.link,
      metrics: metrics, screens: screens, wallClock: till,
      offline: offline.state
    ).add(to: router)
    StaffRoutes(staff: staff, ledger: ledger).add(to: router)
    LedgerRoutes(desk: desk, ledger: ledger).add(to: router)
    ExplanationRoutes(ledger: ledger).add(to: router)
    PageFiles(folder: web).add(to: router)

    listen = settings.listen
    socket = place(settings.socket)
    self.checkout = checkout
    pagesServer = Application(
      router: router, configuration: .init(address: listen.bindAddress, serverName: "canteend"),
      onServerRunning: { channel in
        manager?.tell(.ready)
        listening(channel.localAddress?.port ?? 0)
      }, logger: logger)
    socketServer = Application(
      router: router,
      configuration: .init(address: .unixDomainSocket(path: socket.path), serverName: "canteend"),
      logger: logger)
    let startUpPeak = MemoryThrift.startUpIsOver()
    logger.info("Ready to sell", metadata: ["start_up_peak_mb": "\(Int(startUpPeak))"])
    workers = [
      checkout.run, vision.run, leases.run, sync.run, uploader.run, news.run, pages.run, offline.run,
      desk.run,
      {
        await watchdog.run {
          checkout.askForRound()
          uploader.entryAppended()
          if checkout.cameraWish.latest.device != .closed { watchdog.called(.vision) }
        }
      },
    ]
  }

  public func run() async throws {
    do {
      try removeOldSocket()
      try await checkout.resume()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for work in workers { group.addTask { await work() } }
        group.addTask { await checkout.wakeCamera() }
        group.addTask { try await socketServer.run() }
        group.addTask {
          try await pagesServer.run()
          throw CancellationError()
        }
        defer { group.cancelAll() }
        // Unlike waitForAll, this stops at the first failure, and the rest with it.
        while try await group.next() != nil {}
      }
    } catch is CancellationError {
      return
    } catch {
      throw listen.explaining(error)
    }
  }

  /// A killed till leaves its socket behind; nobody can listen on it again.
  private func removeOldSocket() throws {
    try FileManager.default.createDirectory(
      at: socket.deletingLastPathComponent(), withIntermediateDirectories: true)
    try? FileManager.default.removeItem(at: socket)
  }
}

extension Timestamp {
  /// 2026-11-20: no till of this project ran before, whatever a box's clock says.
  static let theProjectsFirstDay = Timestamp(millisecondsSince1970: 1_795_104_000_000)
}

extension OrderNumbering {
  /// Day, till and six random characters: no other run has this prefix.
  static func forThisRun(of terminal: TerminalID, at now: Timestamp) throws -> OrderNumbering {
    let day = Date(timeIntervalSince1970: Double(now.secondsSince1970))
      .formatted(.iso8601.year().month().day().dateSeparator(.omitted))
    let till = terminal.text.filter { $0.isLetter || $0.isNumber }.prefix(10)
    let random = String(
      (0..<6).map { _ in PairingCode.alphabet[Int.random(in: 0..<PairingCode.alphabet.count)] })
    return try OrderNumbering(prefix: "\(day)\(till)\(random)")
  }
}
