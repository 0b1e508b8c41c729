import HTTPService
import Hummingbird
import Logging

extension TerminalAssembly {
  /// The local interface, for the pages on loopback and for `canteenctl` on the socket.
  func router(logger: Logger) -> Router<BasicRequestContext> {
    let (ledger, checkout) = (core.ledger, core.checkout)
    let router = Router()
    router.add(middleware: RefusalMiddleware(logger: logger))
    router.add(middleware: HostGuard.thisMachine)
    LocalRoutes(checkout: checkout, pages: pages).add(to: router)
    ScreenRoutes(screens: screens).add(to: router)
    CameraRoutes(checkout: checkout, camera: vision.keeper.state, previews: vision.previews).add(to: router)
    ServiceRoutes(
      identity: identity, ledger: ledger, library: library, policy: settings.recognition.policy, sync: sync,
      leases: leases, certificates: certificates, uploader: core.uploader, checkout: checkout,
      camera: vision.keeper.state,
      infrared: vision.infrared.state, equipment: equipment, link: client.link, trouble: client.trouble,
      metrics: core.metrics,
      screens: screens, wallClock: core.clock, offline: offline.state
    ).add(to: router)
    MeansRoutes(checkout: checkout, payers: LibraryPayers(library: library)).add(to: router)
    StaffRoutes(staff: staff, ledger: ledger).add(to: router)
    LedgerRoutes(actions: ledgerActions).add(to: router)
    ExplanationRoutes(ledger: ledger).add(to: router)
    PageFiles(folder: files.web).add(to: router)
    return router
  }
}
