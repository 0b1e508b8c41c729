import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Testing
import WeChatPay

@testable import Sandbox

extension Stage {
  /// A platform that signs with this stage's key whatever it is told to say of a bill.
  struct Forgery: Sendable {
    /// The signed answer's fields; the address to download from is added.
    let promise: [String: String]
    let file: String
    var fileStatus = HTTPResponse.Status.ok
    /// A path stands for one on this platform.
    var download = "/v3/billdownload/file?token=a%2Bb"
  }

  /// Runs `body` with a client of the forged platform.
  func withForgery<Value: Sendable>(
    _ forgery: Forgery, _ body: @Sendable (WeChatPayClient) async throws -> Value
  ) async throws -> Value {
    let (ports, bound) = AsyncStream<Int>.makeStream()
    let signer = AnswerSigner(try SandboxIdentity(keptIn: DataFolder(folder)))
    let now = clock.date
    let responder = CallbackResponder { (request: Request, _: BasicRequestContext) in
      guard request.uri.path == "/v3/bill/tradebill" else {
        guard request.head.path == "/v3/billdownload/file?token=a%2Bb" else {
          return Response(status: .notFound)
        }
        return Response(
          status: forgery.fileStatus, body: .init(byteBuffer: ByteBuffer(string: forgery.file)))
      }
      var promise = forgery.promise
      promise["download_url"] =
        forgery.download.hasPrefix("/")
        ? "http://\(request.head.authority ?? "")\(forgery.download)" : forgery.download
      let answer = try PlatformAnswer(promise)
      return Response(
        status: .ok, headers: try signer.headers(for: answer.body, at: now),
        body: .init(byteBuffer: ByteBuffer(bytes: answer.body)))
    }
    var logger = Logger(label: "forgery")
    logger.logLevel = .critical
    let server = Application(
      responder: responder, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
      onServerRunning: { channel in
        if let port = channel.localAddress?.port { bound.yield(port) }
      }, logger: logger)
    return try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await server.run() }
      var portIterator = ports.makeAsyncIterator()
      let port = try #require(await portIterator.next())
      let value = try await body(
        WeChatPayClient(
          credentials: credentials, baseURL: try #require(URL(string: "http://127.0.0.1:\(port)")),
          httpClient: httpClient, wallClock: clock, answerTimeout: .seconds(120)))
      group.cancelAll()
      while await group.nextResult() != nil {}
      return value
    }
  }
}
