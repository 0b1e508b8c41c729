import ArgumentParser
import AsyncHTTPClient
import CanteenCore
import Foundation
import GatewayProtocol
import NIOCore
import NIOFoundationCompat
import NIOHTTP1

/// One call to a daemon: its JSON, or the sentence it refused with.
struct LocalCall {
  static let largestAnswer = 64 << 20

  /// A person waits, so a failed connection is reported at once and not retried.
  private static let http: HTTPClient = {
    var configuration = HTTPClient.Configuration(timeout: .init(connect: .seconds(3)))
    configuration.connectionPool.retryConnectionEstablishment = false
    return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
  }()

  let base: String
  var headers: [(String, String)] = []
  /// What a person can do when nobody answers.
  let hint: String

  func get(_ path: String, atMost bytes: Int = largestAnswer, within timeout: TimeAmount = .seconds(60))
    async throws -> Data
  {
    try await send(.GET, path, body: nil, atMost: bytes, timeout: timeout)
  }

  func post(_ path: String, _ body: ByteBuffer = ByteBuffer(), within timeout: TimeAmount = .seconds(120))
    async throws -> Data
  {
    try await send(.POST, path, body: body, timeout: timeout)
  }

  func post(_ path: String, json body: some Encodable) async throws -> Data {
    try await post(path, ByteBuffer(string: CanonicalJSON.text(body)))
  }

  func put(_ path: String, json body: some Encodable) async throws -> Data {
    try await send(
      .PUT, path, body: ByteBuffer(string: CanonicalJSON.text(body)), timeout: .seconds(60))
  }

  func delete(_ path: String) async throws -> Data {
    try await send(.DELETE, path, body: nil, timeout: .seconds(60))
  }

  private func send(
    _ method: HTTPMethod, _ path: String, body: ByteBuffer?, atMost bytes: Int = largestAnswer,
    timeout: TimeAmount
  ) async throws -> Data {
    var request = HTTPClientRequest(url: "\(base)/\(path)")
    request.method = method
    for (name, value) in headers { request.headers.add(name: name, value: value) }
    if let body { request.body = .bytes(body) }
    let status: HTTPResponseStatus
    let answer: Data
    do {
      let response = try await Self.http.execute(request, timeout: timeout)
      status = response.status
      answer = Data(buffer: try await response.body.collect(upTo: bytes))
    } catch is NIOTooManyBytesError {
      throw CommandError("The answer is larger than \(bytes >> 20) MB.")
    } catch let error as HTTPClientError where error == .deadlineExceeded || error == .readTimeout {
      throw CommandError("No answer within \(timeout.nanoseconds / 1_000_000_000) seconds; try again later.")
    } catch {
      throw CommandError(hint)
    }
    guard (200..<300).contains(status.code) else {
      let refusal = try? JSONDecoder().decode(Refusal.self, from: answer)
      let reason: RefusalReason? = if case .known(let known) = refusal?.code { known } else { nil }
      throw CommandError(refusal?.message ?? "The answer was HTTP \(status.code).", reason: reason)
    }
    return answer
  }
}
