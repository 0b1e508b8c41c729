import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Testing
import WeChatPay

/// One request as it arrived.
struct CapturedRequest: Sendable, Encodable {
  let method: String
  /// Path and query.
  let target: String
  let authorization: String
  let body: Data
}

extension Stage {
  /// Lets a client with this stage's credentials make a call, and gives the request it sent.
  func capturedRequest(
    of call: @escaping @Sendable (WeChatPayClient) async -> some Sendable
  ) async throws -> CapturedRequest {
    let (ports, bound) = AsyncStream<Int>.makeStream()
    let (requests, arrived) = AsyncStream<CapturedRequest>.makeStream()
    var logger = Logger(label: "capture")
    logger.logLevel = .critical
    let responder = CallbackResponder { (request: Request, _: BasicRequestContext) in
      let body = Data(try await request.body.collect(upTo: 1 << 20).readableBytesView)
      arrived.yield(
        CapturedRequest(
          method: request.method.rawValue, target: request.head.path ?? "",
          authorization: request.headers[.authorization] ?? "", body: body))
      return Response(status: .internalServerError)
    }
    let server = Application(
      responder: responder, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
      onServerRunning: { channel in
        if let port = channel.localAddress?.port { bound.yield(port) }
      }, logger: logger)
    return try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await server.run() }
      var portIterator = ports.makeAsyncIterator()
      let port = try #require(await portIterator.next())
      let client = WeChatPayClient(
        credentials: credentials, baseURL: try #require(URL(string: "http://127.0.0.1:\(port)/")),
        httpClient: httpClient, wallClock: clock, answerTimeout: .seconds(120))
      _ = await call(client)
      var requestIterator = requests.makeAsyncIterator()
      let request = try #require(await requestIterator.next())
      group.cancelAll()
      while await group.nextResult() != nil {}
      return request
    }
  }
}
