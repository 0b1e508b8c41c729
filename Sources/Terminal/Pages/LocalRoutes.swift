import CanteenCore
import Concurrency
import Foundation
import GatewayProtocol
import HTTPService
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle

/// The till's own interface for its two pages: keys in, server-sent events out.
struct LocalRoutes: Sendable {
  let checkout: CheckoutService
  let pages: PageBoard

  func add(to router: Router<BasicRequestContext>) {
    router.get("api/till/events") { _, _ in Self.events(pages.till.values()) }
    router.get("api/student/events") { _, _ in Self.events(pages.student.values()) }

    router.post("api/amount") { request, _ in
      let basket = try await request.json(Keyed.self).basket()
      return try await Self.obeying { () async throws(CheckoutRefusal) in
        guard let basket else { throw .noAmount }
        try await checkout.key(basket)
      }
    }
    router.post("api/taken-by-staff") { request, _ in
      let keyed = try await request.json(Keyed.self)
      let basket = try keyed.basket()
      return try await Self.obeying { () async throws(CheckoutRefusal) in
        try await checkout.takeByStaff(basket, as: keyed.taken ?? .unnamed)
      }
    }
    router.post("api/cancel") { _, _ in
      await checkout.cancel()
      return Response(status: .noContent)
    }
    router.post("api/allow-repeat") { _, _ in
      await checkout.allowRepeat()
      return Response(status: .noContent)
    }
    router.post("api/student/tail") { request, _ in
      guard let tail = try PhoneTail(await request.json(Typed.self, atMost: 256).tail) else {
        throw HTTPRefusal(.unprocessableContent, code: "bad_tail", "A phone tail has four digits.")
      }
      return try await answering { await checkout.phoneTail(tail) }
    }
    router.post("api/student/decline") { _, _ in
      try await answering { await checkout.declineTail() }
    }
  }

  /// What staff keyed: an amount in yuan, dishes with how many of each, or one of the modes that need no key.
  private struct Keyed: Decodable {
    /// Empty for what is locked already.
    let yuan: String?
    let dishes: [String: Int]?
    let mode: AmountMode?
    /// How staff took the money, where they say so.
    let taken: TakenBeside?

    func basket() throws -> Basket? {
      if let dishes, !dishes.isEmpty {
        do {
          return .menu(
            try Dictionary(uniqueKeysWithValues: dishes.map { (try MenuItemID($0.key), $0.value) }))
        } catch {
          throw HTTPRefusal(.unprocessableContent, code: "unknown_dish", AmountError.unknownDish.description)
        }
      }
      switch mode {
      case .count: return .count
      case .fixed: return .fixed
      case .manual, .menu, nil: break
      }
      guard let yuan, !yuan.isEmpty else { return nil }
      do {
        return .manual(try Fen(yuan: yuan))
      } catch {
        throw HTTPRefusal(.unprocessableContent, code: "bad_amount", error.description)
      }
    }
  }

  private struct Typed: Decodable {
    let tail: String
  }

  /// Whether a tail was right is told by what the page shows next, not by the answer.
  private func answering(_ key: () async -> Bool) async throws -> Response {
    guard await key() else {
      throw HTTPRefusal(.conflict, code: "not_asked", "The till does not ask for a phone tail.")
    }
    return Response(status: .noContent)
  }

  /// Answers with nothing when a key was obeyed, and with the reason when it was not.
  static func obeying(_ key: () async throws(CheckoutRefusal) -> Void) async throws -> Response {
    do {
      try await key()
      return Response(status: .noContent)
    } catch .busy {
      throw HTTPRefusal(.conflict, code: "busy", CheckoutRefusal.busy.description)
    } catch .codeUnclear {
      throw HTTPRefusal(.conflict, code: "code_unclear", CheckoutRefusal.codeUnclear.description)
    } catch .noCodeIsUnclear {
      throw HTTPRefusal(.conflict, code: "no_code_unclear", CheckoutRefusal.noCodeIsUnclear.description)
    } catch .notBooked(let reason) {
      let refusal = CheckoutRefusal.notBooked(reason: reason)
      throw HTTPRefusal(.serviceUnavailable, code: "not_booked", refusal.description)
    } catch {
      throw HTTPRefusal(.unprocessableContent, code: "refused", error.description)
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
