import Crypto
import Foundation
import GatewayProtocol
import HTTPTypes
import Hummingbird
import NIOCore

/// Signs every answer to a till that asks for it: library, events, what became of an upload, and refusals, which can
/// stop a till.
struct AnswerSigning: RouterMiddleware {
  let key: P256.Signing.PrivateKey

  func handle(
    _ request: Request, context: CallerContext,
    next: (Request, CallerContext) async throws -> Response
  ) async throws -> Response {
    var response = try await next(request, context)
    guard let nonce = request.headers[.nonce], (1...AnswerSignature.longestNonce).contains(nonce.utf8.count)
    else { return response }
    let collected = CollectedBody()
    try await response.body.write(Collector(body: collected))
    response.headers[.signature] = try AnswerSignature.make(
      answering: AnswerSignature.Question(
        nonce: nonce, method: request.method.rawValue, target: request.uri.string,
        certificate: await context.shownCertificate()), status: response.status.code,
      body: Data(collected.bytes.readableBytesView), key: key)
    response.body = ResponseBody(byteBuffer: collected.bytes)
    return response
  }

  private final class CollectedBody {
    var bytes = ByteBuffer()
  }

  private struct Collector: ResponseBodyWriter {
    let body: CollectedBody

    mutating func write(_ buffer: ByteBuffer) async throws { body.bytes.writeImmutableBuffer(buffer) }

    consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
  }
}

extension HTTPField.Name {
  fileprivate static let nonce = name(AnswerSignature.nonceHeader)
  fileprivate static let signature = name(AnswerSignature.header)

  private static func name(_ text: String) -> HTTPField.Name {
    guard let name = HTTPField.Name(text) else { preconditionFailure("It is the name of a header.") }
    return name
  }
}
