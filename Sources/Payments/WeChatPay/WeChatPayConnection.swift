import AsyncHTTPClient
import CanteenCore
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix

/// Signs, sends, receives and verifies one call at a time.
struct WeChatPayConnection: Sendable {
  /// No answer of these calls comes near this size.
  static let largestAnswer = 1 << 20

  let signer: RequestSigner
  let verifier: AnswerVerifier
  /// Scheme, host and port without a slash at the end.
  let origin: String
  let httpClient: HTTPClient
  let wallClock: any WallClock
  let nonce: @Sendable () -> String
  let answerTimeout: Duration

  /// - Throws: only ``WeChatPayError/notSent(reason:)``, ``WeChatPayError/noAnswer(reason:)`` and
  ///   ``WeChatPayError/unverified(_:)``; what a verified answer means is left to the caller.
  func answer(to call: SignedCall) async throws(WeChatPayError) -> VerifiedAnswer {
    let (response, body) = try await received(call, upTo: Self.largestAnswer)
    do throws(AnswerFlaw) {
      try verifier.verify(body: body, now: wallClock.now()) { response.headers.first(name: $0) }
    } catch {
      throw .unverified(error)
    }
    return VerifiedAnswer(
      status: Int(response.status.code), body: body,
      retryAfter: response.headers.first(name: "retry-after").flatMap(Int64.init).map { .seconds($0) })
  }

  /// A file. The platform does not sign files: the bytes prove nothing until their hash was compared with a
  /// verified one.
  ///
  /// - Throws: only ``WeChatPayError/notSent(reason:)`` and ``WeChatPayError/noAnswer(reason:)``.
  func file(at call: SignedCall, upTo largest: Int) async throws(WeChatPayError) -> Data {
    let (response, body) = try await received(call, upTo: largest)
    guard response.status == .ok else { throw .noAnswer(reason: "HTTP \(response.status.code)") }
    return body
  }

  private func received(
    _ call: SignedCall, upTo largest: Int
  ) async throws(WeChatPayError) -> (HTTPClientResponse, Data) {
    let request = try signed(call)
    // An answer that trickles would otherwise never end; a bill of a whole day may take longer than an answer.
    let wholeTimeout = answerTimeout * (largest > Self.largestAnswer ? 30 : 3)
    do {
      return try await Self.within(wholeTimeout) { [httpClient, answerTimeout] in
        let response = try await httpClient.execute(request, timeout: TimeAmount(answerTimeout))
        return (response, Data(try await response.body.collect(upTo: largest).readableBytesView))
      }
    } catch {
      throw Self.leftNothingBehind(error)
        ? .notSent(reason: Self.reason(error)) : .noAnswer(reason: Self.reason(error))
    }
  }

  private struct TooSlow: Error {}

  private static func within<Answer: Sendable>(
    _ limit: Duration, _ work: @escaping @Sendable () async throws -> Answer
  ) async throws -> Answer {
    try await withThrowingTaskGroup(of: Answer.self) { group in
      group.addTask { try await work() }
      group.addTask {
        try await Task.sleep(for: limit)
        throw TooSlow()
      }
      defer { group.cancelAll() }
      guard let first = try await group.next() else { throw TooSlow() }
      return first
    }
  }

  private func signed(_ call: SignedCall) throws(WeChatPayError) -> HTTPClientRequest {
    let authorization: String
    do {
      authorization = try signer.authorization(
        method: call.method, target: call.target, timestamp: wallClock.now().secondsSince1970,
        nonce: nonce(), body: call.body)
    } catch {
      throw .notSent(reason: "the request cannot be signed")
    }
    var request = HTTPClientRequest(url: origin + call.target)
    request.method = HTTPMethod(rawValue: call.method)
    request.headers = [
      "Authorization": authorization, "Accept": "application/json", "User-Agent": "canteen-gateway",
      "Wechatpay-Serial": signer.credentials.platformKeyID,
    ]
    if !call.body.isEmpty {
      request.headers.add(name: "Content-Type", value: "application/json")
      request.body = .bytes(ByteBuffer(bytes: call.body))
    }
    return request
  }

  /// Whether an error proves that no byte of the request was sent. In doubt it does not.
  private static func leftNothingBehind(_ error: any Error) -> Bool {
    switch error {
    case is NIOConnectionError: true
    case let error as IOError: error.errnoCode == ECONNREFUSED
    case let error as HTTPClientError: errorsBeforeSending.contains(error)
    default: false
    }
  }

  private static let errorsBeforeSending: [HTTPClientError] = [
    .connectTimeout, .getConnectionFromPoolTimeout, .tlsHandshakeTimeout, .invalidURL, .emptyHost,
    .emptyScheme,
  ]

  /// One word or two; some errors describe themselves with the address and more.
  private static func reason(_ error: any Error) -> String {
    switch error {
    case is NIOConnectionError: "no connection"
    case is TooSlow: "timeout"
    case let error as IOError: error.errnoCode == ECONNREFUSED ? "no connection" : "the connection broke"
    case let error as HTTPClientError where [.deadlineExceeded, .readTimeout].contains(error): "timeout"
    case let error as HTTPClientError: error.shortDescription
    case is NIOTooManyBytesError: "the answer is too large"
    default: "\(type(of: error))"
    }
  }
}
