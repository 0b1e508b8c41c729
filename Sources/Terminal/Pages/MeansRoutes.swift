import CanteenCore
import FeatureLibrary
import HTTPService
import HTTPTypes
import Hummingbird

/// Who can be named as a payer without a face.
protocol PayerDirectory: Sendable {
  /// By the school's number of the person.
  func user(numbered id: OutUserID) async -> RecognisedUser?
  func user(ofCard card: String) async -> RecognisedUser?
  func user(ofPIN pin: String, numbered id: OutUserID) async -> RecognisedUser?
}

/// Ways to pay beside the face: whatever a box reads, this is what its driver, the page or `canteenctl` tells the till.
struct MeansRoutes: Sendable {
  let checkout: CheckoutService
  let payers: any PayerDirectory

  func add(to router: Router<BasicRequestContext>) {
    router.post("api/pay") { request, _ in
      let payer = try await payer(request.json(NamedPayer.self, atMost: 1_024))
      return try await LocalRoutes.obeying { () async throws(CheckoutRefusal) in
        try await checkout.pay(by: payer)
      }
    }
    router.post("api/payment-code") { request, _ in
      let body = try await request.json(ShownCode.self, atMost: 1_024)
      guard let code = PaymentCode(body.code) else {
        throw HTTPRefusal(
          .unprocessableContent, code: "bad_payment_code", "A payment code has 16 to 24 digits.")
      }
      let payer = try await body.payer.asyncMap(payer) ?? .nobody
      return try await LocalRoutes.obeying { () async throws(CheckoutRefusal) in
        try await checkout.show(code, by: payer)
      }
    }
    router.post("api/payment-code/unclear") { request, _ in
      let given = try await request.json(UnclearMeal.self, atMost: 256).mealGiven
      return try await LocalRoutes.obeying { () async throws(CheckoutRefusal) in
        guard try await checkout.settleUnclear(mealGiven: given) else { throw .noCodeIsUnclear }
      }
    }
  }

  private struct NamedPayer: Decodable {
    let by: Payer.Kind
    let user: OutUserID?
    let card: String?
    let pin: String?

    private enum CodingKeys: String, CodingKey {
      case by
      case user = "out_user_id"
      case card
      case pin
    }
  }

  private struct ShownCode: Decodable {
    let code: String
    let payer: NamedPayer?
  }

  private struct UnclearMeal: Decodable {
    let mealGiven: Bool

    private enum CodingKeys: String, CodingKey {
      case mealGiven = "meal_given"
    }
  }

  private func payer(_ named: NamedPayer) async throws -> Payer {
    let found: Payer? =
      switch (named.by, named.user, named.card, named.pin) {
      case (.card, nil, let card?, nil): await payers.user(ofCard: card).map(Payer.card)
      case (.pin, let id?, nil, let pin?): await payers.user(ofPIN: pin, numbered: id).map(Payer.pin)
      case (.chosenByStaff, let id?, nil, nil): await payers.user(numbered: id).map(Payer.chosenByStaff)
      default:
        throw HTTPRefusal(
          .unprocessableContent, code: "bad_payer",
          "Name a payer by \"card\", by \"pin\" with \"out_user_id\", or by \"chosen_by_staff\" with it.")
      }
    guard let found else {
      throw HTTPRefusal(
        .notFound, code: "unknown_payer", "This till knows nobody by that; check it, or update the library.")
    }
    return found
  }
}

extension Optional where Wrapped: Sendable {
  fileprivate func asyncMap<Value>(_ transform: (Wrapped) async throws -> Value) async rethrows -> Value? {
    guard let self else { return nil }
    return try await transform(self)
  }
}
