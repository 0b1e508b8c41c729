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

  func add(to router: TillRouter) {
    router.serve(TillOperations.verifyLedger) { _ in
      try await explained { LedgerLength(entries: try await actions.verify()) }
    }
    router.serve(TillOperations.rebuildLedger) { _ in
      try await explained { LedgerLength(entries: try await actions.rebuild()) }
    }
    router.serve(TillOperations.recoverLedger) { request in
      let isOnlyBox = try QueryItems(of: request.request, taking: "only_box").flag("only_box")
      return try await explained {
        let recovery = try await actions.recover(isOnlyBox: isOnlyBox)
        return RecoveredLedger(
          entries: recovery.ledger.end + Int64(recovery.takenUp), fetched: recovery.ledger.fetched,
          setAside: recovery.ledger.setAside, broughtBack: recovery.ledger.broughtBack + recovery.takenUp)
      }
    }
    router.serve(raw: TillOperations.exportLedger) { request in
      let sequence = try QueryItems(of: request.request, taking: "after").number("after", in: 0...Int64.max)
      return Response(
        status: .ok, headers: [.contentType: "application/json", .cacheControl: "no-store"],
        body: ResponseBody(byteBuffer: ByteBuffer(bytes: try await actions.export(after: sequence))))
    }
    router.serve(raw: TillOperations.importLedger) { request in
      let line = try await request.request.content(atMost: LedgerExport.mostBytes)
      guard let carried = try await actions.bring(Data(line.readableBytesView)) else {
        throw HTTPRefusal(
          .serviceUnavailable, code: .waiting,
          "The gateway does not answer; what you brought is kept here until it does.")
      }
      return try Response.json(carried)
    }
  }

  private func explained<Answer>(_ work: () async throws -> Answer) async throws -> Answer {
    do {
      return try await work()
    } catch let error as LedgerError {
      throw HTTPRefusal(.conflict, code: .damaged, error.description)
    } catch let error as GatewayUnreachable {
      throw HTTPRefusal(.badGateway, code: .gatewaySilent, error.description)
    } catch let error as RecoveryIsUnderWay {
      throw HTTPRefusal(.conflict, code: .busy, error.description)
    } catch let error as HeldLedgerError {
      throw HTTPRefusal(.badGateway, code: .gatewaySilent, error.description)
    } catch let refusal as Refusal {
      throw HTTPRefusal(.badGateway, refusal)
    }
  }
}
