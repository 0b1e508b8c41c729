import HTTPService
import Hummingbird
import Logging

/// Everything the gateway answers to.
struct GatewayRoutes: Sendable {
  let terminals: TerminalRoutes
  let admin: AdminRoutes
  let money: MoneyRoutes

  func router(logger: Logger) -> Router<CallerContext> {
    let router = Router(context: CallerContext.self)
    router.add(middleware: RefusalMiddleware(logger: logger))
    terminals.add(to: router)
    admin.add(to: router)
    money.add(to: router)
    router.get("v1/health") { _, _ in try Response.json(["status": "ok"]) }
    return router
  }
}
