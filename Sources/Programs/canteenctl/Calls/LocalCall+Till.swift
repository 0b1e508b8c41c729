import Foundation
import GatewayProtocol
import NIOCore
import TillAPI

/// What the till answered: its JSON as it came, and what it says.
struct TillReply<Answer: Decodable> {
  let json: Data

  func value() throws -> Answer {
    do {
      return try JSONDecoder().decode(Answer.self, from: json)
    } catch {
      throw CommandError("The till's answer cannot be read; are canteend and canteenctl of the same version?")
    }
  }
}

extension LocalCall {
  /// - Parameters:
  ///   - part: what replaces the name in the operation's path.
  ///   - query: what follows the path's `?`.
  func ask<Answer: Decodable>(
    _ operation: TillOperation<NoBody, Answer>, _ part: (any CustomStringConvertible)? = nil,
    query: String? = nil, within timeout: TimeAmount = .seconds(120)
  ) async throws -> TillReply<Answer> {
    TillReply(json: try await answer(to: operation, part, query: query, within: timeout))
  }

  func ask<Body: Encodable, Answer: Decodable>(
    _ operation: TillOperation<Body, Answer>, _ part: (any CustomStringConvertible)? = nil, _ body: Body
  ) async throws -> TillReply<Answer> {
    TillReply(json: try await answer(to: operation, part, body: CanonicalJSON.text(body)))
  }

  /// - Returns: the empty text of the answer.
  func ask<Body: Encodable>(
    _ operation: TillOperation<Body, NoAnswer>, _ part: (any CustomStringConvertible)? = nil, _ body: Body
  ) async throws -> Data {
    try await answer(to: operation, part, body: CanonicalJSON.text(body))
  }

  private func answer<Body, Answer>(
    to operation: TillOperation<Body, Answer>, _ part: (any CustomStringConvertible)?, query: String? = nil,
    body: String = "", within timeout: TimeAmount = .seconds(120)
  ) async throws -> Data {
    let path = operation.address(part, query: query)
    return switch operation.method {
    case .get: try await get(path, within: timeout)
    case .post: try await post(path, ByteBuffer(string: body), within: timeout)
    }
  }
}

extension TillOperation {
  /// Path and query after the slash that follows the host.
  func address(_ part: (any CustomStringConvertible)? = nil, query: String? = nil) -> String {
    String((part.map { path("\($0)") } ?? path).dropFirst()) + (query.map { "?\($0)" } ?? "")
  }
}
