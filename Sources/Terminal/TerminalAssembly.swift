import CanteenCore
import Concurrency
import FaceRecognition
import FeatureLibrary
import Foundation
import GatewayProtocol
import Imaging
import Logging
import OrderLedger
import ServiceLifecycle
import Settings
import SystemService

/// One till, put together from its settings file: every service made, wired and not yet running.
struct TerminalAssembly {
  /// What must go on for the till to sell and be paid.
  enum Loop: String, CaseIterable {
    case checkout
    case vision
    case uploader
  }

  let settings: TerminalSettings
  let files: TerminalFiles
  let identity: KeptIdentity
  let equipment: CameraEquipment
  let library: FeatureLibrary
  let client: GatewayClient
  let core: SellingCore
  let vision: VisionService
  let leases: LeaseKeeper
  let certificates: CertificateKeeper
  let sync: LibrarySync
  let offline: OfflineWatch
  let pages: PageBoard
  let ledgerActions: LedgerActions
  let staff: StaffActions
  let screens: ScreenWatch

  private let events: TerminalEventReader
  private let watchdog: Watchdog<Loop>
  private let lock: FolderLock

  /// Opens the ledger, the library, the models and the camera's settings.
  ///
  /// - Throws: one clear sentence when something is missing.
  init(
    settingsFile file: URL, clock: any MonotonicClock, wallClock: any WallClock, logger: Logger,
    manager: ServiceManager?
  ) throws {
    settings = try SettingsFile.read(TerminalSettings.self, from: file)
    let files = try TerminalFiles(settings, beside: file)
    self.files = files
    try PictureThreads.use(settings.recognition.threads)
    let session = settings.checkout.session
    let fixedPrice: Fen?
    do {
      fixedPrice = try settings.checkout.fixedPrice()
    } catch {
      throw SettingsError(file: file.path, reason: "\"checkout.fixed_amount\": \(error)")
    }
    equipment = try CameraEquipment(
      settings.camera, relativeTo: files.place, clock: clock, settingsFile: file)
    _ = try TerminalIdentity.read(from: files.state)
    lock = try FolderLock(folder: files.state)
    identity = try KeptIdentity(in: files.state)
    let paired = identity.current
    let keys = try TerminalKeys(state: files.state)
    let models = try RecognitionModels(folder: files.models)
    let till = TillClock(
      system: wallClock, clock: clock, floor: .theProjectsFirstDay,
      file: files.state.appending(path: "clock.json"))
    client = GatewayClient(
      connections: try GatewayConnections(
        to: paired.gateway, trusting: try paired.trust(), showing: paired.shown(with: keys),
        now: { till.timeIfTrusted }),
      terminal: paired.terminal, gatewayKey: try paired.gatewayPublicKey(), wallClock: till)
    // The camera opens only when it is wanted; until then the watchdog expects nothing of the vision loop.
    watchdog = Watchdog(
      manager: manager, loops: Set(Loop.allCases), resting: [.vision], clock: clock, logger: logger)
    var reports = SellingCore.Reports()
    reports.checkout = watchdog.report(of: .checkout)
    reports.uploader = watchdog.report(of: .uploader)
    let terminal = paired.terminal
    let leaseFile = try LeaseFile(in: files.state, of: paired)
    let plan = leaseFile.read()?.plan ?? .unplanned
    core = try SellingCore(
      at: SellingCore.Place(
        terminal: terminal, key: keys.device, formerKeys: paired.formerKeys ?? [],
        gatewayKey: try paired.gatewayPublicKey(), folder: files.state),
      rules: SellingCore.Rules(
        session: session, sale: SaleRules(fixedPrice: fixedPrice),
        camera: CameraController(settings.checkout.camera(on: equipment.profile)),
        numbering: { try .forThisRun(of: terminal, on: plan.schoolTime($0).day) }),
      clock: till, transport: client, monotonicClock: clock, reports: reports, logger: logger)
    library = try FeatureLibrary(
      path: files.state.appending(path: "library.sqlite").path, organization: paired.organization,
      origin: RecognitionModels.origin, key: keys.library, narrowedTo: settings.recognition.onlyGroups)
    let (ledger, checkout, uploader) = (core.ledger, core.checkout, core.uploader)
    vision = VisionService(
      cameras: equipment, recognizer: try FaceRecognizer(models: models), library: library,
      wish: checkout.wish, sink: checkout, policy: settings.recognition.policy,
      liveness: LivenessCheck(
        settings.recognition.liveness, infraredAlignment: equipment.infraredAlignment,
        detector: try settings.recognition.livenessModel.map {
          try PresentationAttackModel(manifest: files.place($0))
        }),
      metrics: core.metrics, clock: clock, logger: logger, report: watchdog.report(of: .vision))
    let leases = LeaseKeeper(
      client: client, ledger: ledger, prover: core.prover, checkout: checkout,
      rawData: try keys.rawData(of: terminal), file: leaseFile, clock: clock, wallClock: till, logger: logger)
    self.leases = leases
    let sync = LibrarySync(
      client: client, library: library, checkout: checkout, gatewayKey: try paired.gatewayPublicKey(),
      sealingKey: keys.sealing, clock: clock, wallClock: till, logger: logger)
    self.sync = sync
    offline = OfflineWatch(
      ledger: ledger, checkout: checkout, leases: leases, lastSync: { [library] in library.currentAt },
      link: client.link, folder: files.state, clock: clock, wallClock: till, logger: logger)
    let pages = PageBoard(
      terminal: terminal, settings: session, fixedPrice: fixedPrice, checkout: checkout,
      ledger: ledger, library: library, uploader: uploader, leases: leases, offline: offline.state,
      link: client.link, camera: vision.keeper.state, infrared: vision.infrared.state,
      hints: vision.hints, clock: clock, wallClock: till)
    self.pages = pages
    events = TerminalEventReader(
      client: client, ledger: ledger, uploader: uploader, prover: core.prover, checkout: checkout,
      leases: leases,
      pages: pages,
      clock: clock, logger: logger)
    ledgerActions = LedgerActions(
      ledger: ledger, client: client, checkout: checkout, uploader: uploader, prover: core.prover,
      leases: leases, identity: identity,
      carried: CarriedExports(
        folder: files.state.appending(path: "carried"), organization: paired.organization,
        authorities: { [identity] in
          let known = identity.current
          return [known.authority] + (known.formerAuthorities ?? [])
        }),
      clock: clock, wallClock: till, logger: logger)
    certificates = CertificateKeeper(
      identity: identity, keys: keys, client: client, clock: clock, wallClock: till, logger: logger)
    staff = StaffActions(
      ledger: ledger, uploader: uploader, checkout: checkout, leases: leases, folder: files.state,
      wallClock: till, logger: logger, changed: { pages.somethingChanged() })
    screens = ScreenWatch(clock: clock)
  }

  /// In the order in which they are started; they are stopped the other way round.
  var loops: [any Service] {
    let (checkout, uploader, vision, watchdog) = (core.checkout, core.uploader, vision, watchdog)
    return [
      LoopService("continuity", core.watchContinuity), LoopService("uploads", core.watchUploads),
      LoopService("uploader", uploader.run), LoopService("checkout", checkout.run),
      LoopService("certificate", certificates.run), LoopService("lease", leases.run),
      // A till that was revoked takes no more faces, whichever of its calls hears of it first.
      LoopService("revocation") { [client, leases] in
        for await isRevoked in client.isRevoked.values() where isRevoked { leases.renewSoon() }
      },
      LoopService("library", sync.run),
      LoopService("events", events.run), LoopService("carried ledgers", ledgerActions.run),
      LoopService("offline limits", offline.run), LoopService("vision", vision.run),
      LoopService("pages", pages.run),
      LoopService("watchdog") {
        await watchdog.run {
          checkout.askForRound()
          uploader.entryAppended()
          if checkout.wish.latest.camera.device != .closed { watchdog.called(.vision) }
        }
      },
    ]
  }
}

extension Timestamp {
  /// Midnight of 2026-11-20 in China: no till of this project ran before, whatever a box's clock says.
  static let theProjectsFirstDay = Timestamp(millisecondsSince1970: 1_795_104_000_000)
}

extension OrderNumbering {
  /// Day, till and six random characters: no other run has this prefix.
  static func forThisRun(of terminal: TerminalID, on day: SchoolDay) throws -> OrderNumbering {
    let day = day.description.filter(\.isNumber)
    let till = terminal.text.filter { $0.isLetter || $0.isNumber }.prefix(10)
    let random = String(
      (0..<6).map { _ in PairingCode.alphabet[Int.random(in: 0..<PairingCode.alphabet.count)] })
    return try OrderNumbering(prefix: "\(day)\(till)\(random)")
  }
}
