import Crypto
import HTTPService
import Hummingbird
import Logging

/// Everything the gateway answers to, by listener.
struct GatewayRoutes: Sendable {
  let terminals: TerminalRoutes
  let pairing: PairingRoutes
  let admin: AdminRoutes
  let money: MoneyRoutes
  let certificate: ServerCertificate
  let ports: ListenerPorts
  /// Signs what tills are told.
  let key: P256.Signing.PrivateKey
  let logger: Logger

  /// For tills that show a certificate.
  func tills() -> Router<CallerContext> {
    let router = router(
      guard: HostGuard(names: { certificate.names }), outermost: AnswerSigning(key: key))
    add(.certificate, to: router)
    return router
  }

  /// For boxes that become tills, and tills whose certificate is to be renewed.
  func forPairing() -> Router<CallerContext> {
    let router = router(guard: HostGuard(names: { certificate.names }))
    pairing.add(to: router)
    return router
  }

  /// For the office, and for tills of earlier versions, both on the gateway's own machine.
  func office() -> Router<CallerContext> {
    let router = router(guard: .thisMachine)
    admin.add(to: router)
    money.add(to: router)
    router.get("v1/listeners") { _, _ in try Response.json(ports.answer) }
    add(.header, to: router)
    return router
  }

  private func router(
    guard: HostGuard<CallerContext>, outermost: AnswerSigning? = nil
  ) -> Router<CallerContext> {
    let router = Router(context: CallerContext.self)
    if let outermost { router.add(middleware: outermost) }
    router.add(middleware: RefusalMiddleware(logger: logger))
    router.add(middleware: `guard`)
    router.get("v1/health") { _, _ in try Response.json(["status": "ok"]) }
    return router
  }

  private func add(_ way: TerminalAuthenticator.Way, to router: Router<CallerContext>) {
    let authenticator = TerminalAuthenticator(
      way, store: terminals.store, authority: pairing.authority, wallClock: terminals.wallClock)
    terminals.add(to: router.group().add(middleware: authenticator).group(context: TerminalContext.self))
  }
}
