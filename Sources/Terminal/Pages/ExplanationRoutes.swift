import CanteenCore
import Foundation
import GatewayProtocol
import HTTPService
import HTTPTypes
import Hummingbird
import OrderLedger

/// What `canteenctl explain` asks: the numbers behind one order.
struct ExplanationRoutes: Sendable {
  let ledger: OrderLedger

  func add(to router: Router<BasicRequestContext>) {
    router.get("api/orders/:number/explanation") { _, context in
      let number = try OutTradeNumber(in: context)
      guard let order = try await ledger.order(number) else {
        throw HTTPRefusal(.notFound, code: "unknown_order", "This till has no order \(number).")
      }
      guard let face = order.means.facePayment else {
        throw HTTPRefusal(
          .conflict, code: "no_face", "No face decided anything about order \(number).")
      }
      return try Response.json(
        Explanation(
          acceptedAt: order.acceptedAt, outUserID: face.user.outUserID, displayName: face.user.displayName,
          recognition: face.recognition, evidence: face.evidence))
    }
  }

  private struct Explanation: Encodable {
    let acceptedAt: Timestamp
    let outUserID: OutUserID
    let displayName: String
    let recognition: RecognitionMode
    let evidence: RecognitionEvidence

    private enum CodingKeys: String, CodingKey {
      case acceptedAt = "accepted_at"
      case outUserID = "out_user_id"
      case displayName = "display_name"
      case recognition
      case evidence
    }
  }
}

extension OutTradeNumber {
  /// The `:number` of a route.
  init(in context: BasicRequestContext) throws {
    do {
      try self.init(context.parameters.require("number"))
    } catch let error as OutTradeNumberError {
      throw HTTPRefusal(.badRequest, code: "bad_number", error.description)
    }
  }
}
