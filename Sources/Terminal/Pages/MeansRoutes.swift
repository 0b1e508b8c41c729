import CanteenCore
import FeatureLibrary
import HTTPService
import HTTPTypes
import Hummingbird
import TillAPI

/// Who can be named as a payer without a face.
protocol PayerDirectory: Sendable {
  /// By the school's number of the person.
  func user(numbered id: OutUserID) async -> RecognisedUser?
  func user(ofCard card: String) async -> RecognisedUser?
  func user(ofPIN pin: String, numbered id: OutUserID) async -> RecognisedUser?
}

/// Ways to pay without a face. Whatever a box reads, its driver, the page or `canteenctl` reports it to the
/// till here.
struct MeansRoutes: Sendable {
  let checkout: CheckoutService
  let payers: any PayerDirectory

  func add(to router: TillRouter) {
    router.serve(TillOperations.pay) { named, _ in
      let payer = try await payer(named)
      try await LocalRoutes.obeying { () async throws(CheckoutRefusal) in try await checkout.pay(by: payer) }
    }
    router.serve(TillOperations.showCode) { shown, _ in
      guard let code = PaymentCode(shown.code) else {
        throw HTTPRefusal(
          .unprocessableContent, code: .badPaymentCode, "A payment code has 16 to 24 digits.")
      }
      let payer: Payer = if let named = shown.payer { try await payer(named) } else { .nobody }
      try await LocalRoutes.obeying { () async throws(CheckoutRefusal) in
        try await checkout.show(code, by: payer)
      }
    }
    router.serve(TillOperations.settleUnclear) { meal, _ in
      try await LocalRoutes.obeying { () async throws(CheckoutRefusal) in
        guard try await checkout.settleUnclear(mealGiven: meal.mealGiven) else { throw .noCodeIsUnclear }
      }
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
          .unprocessableContent, code: .badPayer,
          "Name a payer by \"card\", by \"pin\" with \"out_user_id\", or by \"chosen_by_staff\" with "
            + "\"out_user_id\".")
      }
    guard let found else {
      throw HTTPRefusal(
        .notFound, code: .unknownPayer, "This till knows no such payer; check it, or update the library.")
    }
    return found
  }
}
