import CanteenCore
import Concurrency
import GatewayProtocol
import HTTPService
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle
import TillAPI

/// The till's own interface for its two pages: keys in, server-sent events out.
struct LocalRoutes: Sendable {
  let checkout: CheckoutService
  let pages: PageBoard

  func add(to router: TillRouter) {
    router.serve(raw: TillOperations.tillEvents) { _ in Self.events(pages.till.values()) }
    router.serve(raw: TillOperations.studentEvents) { _ in Self.events(pages.student.values()) }

    router.serve(TillOperations.keyAmount) { keyed, _ in
      let basket = try keyed.basket()
      try await Self.obeying { () async throws(CheckoutRefusal) in
        guard let basket else { throw .noAmount }
        try await checkout.key(basket)
      }
    }
    router.serve(TillOperations.offerAgain) { _ in
      try await Self.obeying { () async throws(CheckoutRefusal) in try await checkout.offerAgain() }
    }
    router.serve(TillOperations.takeByStaff) { keyed, _ in
      let basket = try keyed.basket()
      try await Self.obeying { () async throws(CheckoutRefusal) in
        try await checkout.takeByStaff(basket, as: keyed.taken ?? .unnamed)
      }
    }
    router.serve(TillOperations.cancel) { _ in await checkout.cancel() }
    router.serve(TillOperations.typeTail) { typed, _ in
      guard let tail = PhoneTail(typed.tail) else {
        throw HTTPRefusal(.unprocessableContent, code: .badTail, "A phone tail has four digits.")
      }
      try await Self.answering { await checkout.phoneTail(tail) }
    }
    router.serve(TillOperations.declineTail) { _ in
      try await Self.answering { await checkout.declineTail() }
    }
  }

  /// Whether a tail was right is told by what the page shows next, not by the answer.
  private static func answering(_ key: () async -> Bool) async throws {
    guard await key() else {
      throw HTTPRefusal(.conflict, code: .notAsked, "The till does not ask for a phone tail.")
    }
  }

  /// Turns a ``CheckoutRefusal`` into an ``HTTPRefusal``.
  static func obeying(_ key: () async throws(CheckoutRefusal) -> Void) async throws {
    do {
      try await key()
    } catch .busy {
      throw HTTPRefusal(.conflict, code: .busy, CheckoutRefusal.busy.description)
    } catch .codeUnclear {
      throw HTTPRefusal(.conflict, code: .codeUnclear, CheckoutRefusal.codeUnclear.description)
    } catch .noCodeIsUnclear {
      throw HTTPRefusal(.conflict, code: .noCodeUnclear, CheckoutRefusal.noCodeIsUnclear.description)
    } catch .notBooked(let reason) {
      let refusal = CheckoutRefusal.notBooked(reason: reason)
      throw HTTPRefusal(.serviceUnavailable, code: .notBooked, refusal.description)
    } catch {
      throw HTTPRefusal(.unprocessableContent, code: .refused, error.description)
    }
  }

  private static func events<View: Encodable & Sendable>(_ views: AsyncStream<View?>) -> Response {
    Response(
      status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
      body: ResponseBody { writer in
        for await view in views.cancelOnGracefulShutdown() {
          guard let view else { continue }
          try await writer.write(ByteBuffer(string: "data: \(CanonicalJSON.text(view))\n\n"))
        }
        try await writer.finish(nil)
      })
  }
}

extension KeyedSale {
  /// What is sold; nil for the amount that is locked already.
  ///
  /// - Throws: ``HTTPRefusal`` for an invalid amount, and when more than one of amount, dishes and mode is
  ///   given.
  func basket() throws -> Basket? {
    let byMode = mode == .count || mode == .fixed
    let ways = [yuan?.isEmpty == false, dishes?.isEmpty == false, byMode]
    guard ways.count(where: \.self) <= 1 else {
      throw HTTPRefusal(
        .unprocessableContent, code: .badAmount, "Key an amount, or dishes, or neither: not two at once.")
    }
    if let dishes, !dishes.isEmpty {
      do {
        return .menu(try Dictionary(uniqueKeysWithValues: dishes.map { (try MenuItemID($0.key), $0.value) }))
      } catch {
        throw HTTPRefusal(.unprocessableContent, code: .unknownDish, AmountError.unknownDish.description)
      }
    }
    switch mode {
    case .count: return .count
    case .fixed: return .fixed
    case .manual, .menu, nil: break
    }
    guard let yuan, !yuan.isEmpty else { return nil }
    return .manual(try Fen(keyed: yuan))
  }
}

extension Fen {
  /// - Parameter text: yuan as staff keyed them.
  init(keyed text: String) throws(HTTPRefusal) {
    do throws(AmountError) {
      try self.init(yuan: text)
    } catch {
      throw HTTPRefusal(.unprocessableContent, code: .badAmount, error.description)
    }
  }
}
