import Foundation
import StrictDecoding

/// An answer whose signature held.
struct VerifiedAnswer: Sendable, Equatable {
  /// HTTP status.
  let status: Int
  let body: Data
  /// How long the platform wants to be left alone; nil when it did not say in whole seconds.
  var retryAfter: Duration?

  func decode<Value: Decodable>(_ type: Value.Type) throws(WeChatPayError) -> Value {
    do {
      return try StrictJSON.decodeKnownPart(type, from: body)
    } catch {
      throw .unreadable
    }
  }

  /// Code and message of an answer that is not a success; empty texts when the body has none.
  var refusal: PlatformRefusal {
    struct Detail: Decodable {
      let field: String?
    }
    struct Wording: Decodable {
      let code: String?
      let message: String?
    }
    struct Place: Decodable {
      let detail: Detail?
    }
    let wording = try? JSONDecoder().decode(Wording.self, from: body)
    return PlatformRefusal(
      status: status, code: wording?.code ?? "", message: wording?.message ?? "",
      field: (try? JSONDecoder().decode(Place.self, from: body))?.detail?.field, retryAfter: retryAfter)
  }

  /// The value of a 200, for calls that move no money.
  func value<Value: Decodable>(_ type: Value.Type) throws(WeChatPayError) -> Value {
    switch status {
    case 200: return try decode(type)
    case 404: throw .notFound(refusal)
    case 202, 429, 500...: throw .tryLater(refusal)
    default: throw .refused(refusal)
    }
  }
}
