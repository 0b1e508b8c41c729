import CanteenCore
import GatewayProtocol
import HTTPService
import Hummingbird

/// What the gateway answers to boxes that show no certificate, or one that is too old.
struct PairingRoutes: Sendable {
  let pairing: TerminalPairing
  let authority: SchoolAuthority

  func add(to router: Router<CallerContext>) {
    router.get("v1/authority") { _, _ in try Response.json(authority.answer()) }
    router.post("v1/terminals/pair") { request, _ in
      try Response.json(await pairing.pair(request.json(PairRequest.self, atMost: 16 << 10)))
    }
    router.post("v1/terminals/renew") { request, _ in
      try Response.json(await pairing.renew(request.json(RenewRequest.self, atMost: 16 << 10)))
    }
  }
}
