import CanteenCore
import Foundation
import GatewayProtocol
import HTTPService
import HTTPTypes
import Hummingbird
import NIOCore
import OrderLedger
import TillAPI

/// What `canteenctl ledger` asks of a running till.
struct LedgerRoutes: Sendable {
  let actions: LedgerActions
  let ledger: OrderLedger

  func add(to router: TillRouter) {
    router.serve(TillOperations.verifyLedger) { _ in try await length { try await ledger.verify() } }
    router.serve(TillOperations.rebuildLedger) { _ in
      try await length {
        try await ledger.rebuildViews()
        return try await ledger.verify()
      }
    }
    router.serve(TillOperations.recoverLedger) { _ in try await length { try await actions.recover() } }
    router.serve(raw: TillOperations.exportLedger) { request in
      let all = try QueryItems(of: request.request, taking: "all").flag("all")
      return Response(
        status: .ok, headers: [.contentType: "application/json", .cacheControl: "no-store"],
        body: ResponseBody(byteBuffer: ByteBuffer(bytes: try await actions.export(all: all))))
    }
    router.serve(raw: TillOperations.importLedger) { request in
      let file = try await request.request.content(atMost: LedgerExport.mostBytes)
      guard let carried = try await actions.bring(Data(file.readableBytesView)) else {
        throw HTTPRefusal(
          .serviceUnavailable, code: .waiting,
          "The gateway does not answer; the file is kept here and brought when it does.")
      }
      return try Response.json(carried)
    }
  }

  private func length(_ work: () async throws -> Int64) async throws -> LedgerLength {
    do {
      return LedgerLength(entries: try await work())
    } catch let error as LedgerError {
      throw HTTPRefusal(.conflict, code: .damaged, error.description)
    } catch let error as GatewayUnreachable {
      throw HTTPRefusal(.badGateway, code: .gatewaySilent, error.description)
    } catch let refusal as Refusal {
      throw HTTPRefusal(.badGateway, refusal)
    }
  }
}
