import CanteenCore
import HTTPService
import HTTPTypes
import Hummingbird
import OrderLedger
import TillAPI

/// What `canteenctl explain` asks: the numbers behind one order.
struct ExplanationRoutes: Sendable {
  let ledger: OrderLedger

  func add(to router: TillRouter) {
    router.serve(TillOperations.explanation) { request in
      let number = try OutTradeNumber(in: request)
      guard let order = try await ledger.order(number) else {
        throw HTTPRefusal(.notFound, code: .unknownOrder, "This till has no order \(number).")
      }
      guard let face = order.means.facePayment else {
        throw HTTPRefusal(
          .conflict, code: .noFace, "No face decided anything about order \(number).")
      }
      return Explanation(
        acceptedAt: order.acceptedAt, outUserID: face.user.outUserID, displayName: face.user.displayName,
        recognition: face.recognition, evidence: face.evidence)
    }
  }
}

extension OutTradeNumber {
  /// The `{number}` of a path.
  init(in request: TillRequest) throws {
    do {
      try self.init(request.part("number"))
    } catch let error as OutTradeNumberError {
      throw HTTPRefusal(.badRequest, code: .badNumber, error.description)
    }
  }
}
