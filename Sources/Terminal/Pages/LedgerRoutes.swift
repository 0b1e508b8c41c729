import Foundation
import GatewayProtocol
import HTTPService
import HTTPTypes
import Hummingbird
import NIOCore
import OrderLedger

/// What `canteenctl ledger` asks of a running till.
struct LedgerRoutes: Sendable {
  let actions: LedgerActions
  let ledger: OrderLedger

  func add(to router: Router<BasicRequestContext>) {
    router.post("api/ledger/verify") { _, _ in
      do {
        return try Response.json(Verified(entries: await ledger.verify()))
      } catch let error as LedgerError {
        throw HTTPRefusal(.conflict, code: "damaged", error.description)
      }
    }
    router.post("api/ledger/rebuild") { _, _ in
      try await ledger.rebuildViews()
      return try Response.json(Verified(entries: await ledger.verify()))
    }
    router.get("api/ledger/export") { request, _ in
      let all = request.uri.queryParameters["all"] == "1"
      return Response(
        status: .ok, headers: [.contentType: "application/json", .cacheControl: "no-store"],
        body: ResponseBody(byteBuffer: ByteBuffer(bytes: try await actions.export(all: all))))
    }
    router.post("api/ledger/import") { request, _ in
      let file = try await request.content(atMost: LedgerExport.mostBytes)
      guard let carried = try await actions.bring(Data(file.readableBytesView)) else {
        throw HTTPRefusal(
          .serviceUnavailable, code: "waiting",
          "The gateway does not answer; the file is kept here and brought when it does.")
      }
      return try Response.json(carried)
    }
    router.post("api/ledger/recover") { _, _ in try Response.json(Verified(entries: await actions.recover()))
    }
  }

  private struct Verified: Encodable {
    let entries: Int64
  }
}
