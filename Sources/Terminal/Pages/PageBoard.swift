import GatewayProtocol
import CanteenCore
import Concurrency
import FeatureLibrary
import OrderLedger
import TillAPI

/// Works out what the two pages show whenever something changed, and sends it to every open page.
actor PageBoard {
  nonisolated let till: Broadcast<TillView?> = Broadcast(nil)
  nonisolated let student: Broadcast<StudentView?> = Broadcast(nil)

  /// Ages shown on the page are updated at least this often.
  private static let refresh: Duration = .seconds(5)
  private static let recentOrders = 8

  private let terminal: TerminalID
  private let settings: CheckoutSession.Settings
  private let fixedPrice: Fen?
  private let leases: LeaseKeeper
  private let offline: Broadcast<OfflineWatch.State>
  private let checkout: CheckoutService
  private let ledger: OrderLedger
  private let library: FeatureLibrary
  private let uploader: OrderUploader
  private let link: Broadcast<GatewayClient.Link>
  private let camera: Broadcast<CameraState>
  private let infrared: Broadcast<CameraState>
  private let hints: Broadcast<[StudentView.Hint]>
  private let clock: any MonotonicClock
  private let wallClock: TillClock
  private let signal = WakeSignal()
  private var lastBooks = Books()

  private struct Books {
    var unsent = UnsentSum.none
    var shift: Shift?
    var recent: [BookedOrder] = []
    var isRead = true
  }

  init(
    terminal: TerminalID, settings: CheckoutSession.Settings, fixedPrice: Fen?, checkout: CheckoutService,
    ledger: OrderLedger, library: FeatureLibrary, uploader: OrderUploader, leases: LeaseKeeper,
    offline: Broadcast<OfflineWatch.State>, link: Broadcast<GatewayClient.Link>,
    camera: Broadcast<CameraState>, infrared: Broadcast<CameraState>, hints: Broadcast<[StudentView.Hint]>,
    clock: any MonotonicClock,
    wallClock: TillClock
  ) {
    self.terminal = terminal
    self.settings = settings
    self.fixedPrice = fixedPrice
    self.leases = leases
    self.offline = offline
    self.checkout = checkout
    self.ledger = ledger
    self.library = library
    self.uploader = uploader
    self.link = link
    self.camera = camera
    self.infrared = infrared
    self.hints = hints
    self.clock = clock
    self.wallClock = wallClock
  }

  nonisolated func somethingChanged() {
    signal.wake()
  }

  /// Works until cancelled.
  func run() async {
    await withDiscardingTaskGroup { group in
      group.addTask { for await _ in self.checkout.snapshots.values() { self.somethingChanged() } }
      group.addTask { for await _ in self.link.values() { self.somethingChanged() } }
      group.addTask { for await _ in self.camera.values() { self.somethingChanged() } }
      group.addTask { for await _ in self.infrared.values() { self.somethingChanged() } }
      group.addTask { for await _ in self.hints.values() { self.somethingChanged() } }
      group.addTask { for await _ in self.offline.values() { self.somethingChanged() } }
      group.addTask { await self.redraw() }
    }
  }

  private func redraw() async {
    while !Task.isCancelled {
      let sale = checkout.snapshots.latest
      let cameraState = camera.latest
      let plan = await leases.lease?.plan ?? .unplanned
      let price = price(under: plan)
      let studentView = StudentView(sale, hints: hints.latest, price: price)
      if studentView != student.latest { student.send(studentView) }
      let tillView = await tillView(sale, cameraState, plan, price: price)
      if tillView != till.latest { till.send(tillView) }
      await signal.wait(atMost: Self.refresh, on: clock)
    }
  }

  private func warnings(_ offline: OfflineWatch.State) -> [String] {
    let nearlyUsedUp = offline.levels.filter { $0.value == .warning }.keys.map(\.rawValue).sorted()
    return nearlyUsedUp + (infrared.latest.error == nil ? [] : [TillView.infraredFails])
  }

  /// What a meal costs now at a till that prices by itself; nil where staff key the amount.
  private func price(under plan: MealPlan) -> Fen? {
    guard settings.sells == .fixed else { return nil }
    return plan.period(at: plan.schoolTime(wallClock.now()))?.price ?? fixedPrice
  }

  /// What the ledger says, or said when it could last be read: a page that freezes looks like one that works.
  private func books() async -> Books {
    do {
      lastBooks = Books(
        unsent: try await ledger.unsentSum(), shift: try await ledger.openShift(),
        recent: try await ledger.recentOrders(atMost: Self.recentOrders), isRead: true)
    } catch {
      lastBooks.isRead = false
    }
    return lastBooks
  }

  private func tillView(
    _ sale: CheckoutService.Snapshot, _ cameraState: CameraState, _ plan: MealPlan, price: Fen?
  ) async -> TillView {
    let books = await books()
    let unsent = books.unsent
    let state = offline.latest
    let refused: String? =
      if case .refused(let sequence, let reason) = uploader.states.latest { "\(sequence): \(reason)" } else {
        nil
      }
    return TillView(
      terminal: terminal,
      sale: TillView.Sale(
        phase: SalePhase(sale.phase), amount: sale.phase.amount, number: sale.phase.locked?.number.text,
        name: sale.phase.displayName, notice: sale.notice.map(TillView.Notice.init)),
      sells: settings.sells, fixedAmount: price,
      period: plan.period(at: plan.schoolTime(wallClock.now()))?.title, menu: plan.menu,
      shift: books.shift, means: await leases.lease?.means ?? .faceOnly,
      hasOperators: await leases.lease?.operators.isEmpty == false,
      warnings: warnings(state) + (books.isRead ? [] : [TillView.ledgerUnread]),
      timeQuality: state.timeQuality,
      blockers: sale.faceBlockers.sorted { $0.rawValue < $1.rawValue },
      camera: TillView.Camera(
        phase: CameraPhase(sale.cameraPhase), device: cameraState.device, error: cameraState.error),
      network: NetworkState(link.latest),
      unsent: TillView.Unsent(
        orders: unsent.orders, amount: unsent.amount,
        oldestSeconds: unsent.oldest.map { $0.duration(to: wallClock.now()).wholeMilliseconds / 1_000 },
        refused: refused),
      recent: books.recent, people: library.peopleCount, utcOffset: plan.utcOffset)
  }
}

extension NetworkState {
  init(_ link: GatewayClient.Link) {
    self =
      switch link {
      case .unknown: .unknown
      case .up: .up
      case .down: .down
      }
  }
}
