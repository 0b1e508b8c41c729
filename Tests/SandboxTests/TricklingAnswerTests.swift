import AsyncHTTPClient
import CanteenCore
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Testing
import WeChatPay

@testable import Sandbox

/// A platform that never ends its answers.
@Suite(.timeLimit(.minutes(5)))
struct TricklingAnswerTests {
  @Test func `An answer that trickles is given up, and the outcome is unknown`() async throws {
    try await withStage { stage in
      let deduction = try await stage.deduction(of: stage.contract(), number: "order-0001")
      let (ports, bound) = AsyncStream<Int>.makeStream()
      var logger = Logger(label: "trickle")
      logger.logLevel = .critical
      let responder = CallbackResponder { (_: Request, _: BasicRequestContext) in
        Response(
          status: .ok,
          body: ResponseBody { writer in
            while !Task.isCancelled {
              try await writer.write(ByteBuffer(string: " "))
              try await Task.sleep(for: .milliseconds(20))
            }
          })
      }
      let server = Application(
        responder: responder, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
        onServerRunning: { channel in
          if let port = channel.localAddress?.port { bound.yield(port) }
        }, logger: logger)
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await server.run() }
        var iterator = ports.makeAsyncIterator()
        let port = try #require(await iterator.next())
        let client = WeChatPayClient(
          credentials: stage.credentials, baseURL: try #require(URL(string: "http://127.0.0.1:\(port)/")),
          httpClient: stage.httpClient, wallClock: stage.clock, answerTimeout: .milliseconds(200))
        let answer = await client.deduct(deduction)
        #expect(answer == .unknown(reason: UncertaintyReason.noAnswer("timeout").description))
        group.cancelAll()
        while await group.nextResult() != nil {}
      }
    }
  }
}
