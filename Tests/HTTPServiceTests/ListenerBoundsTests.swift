import AsyncHTTPClient
import HTTPService
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ListenerBoundsTests {
  @Test func `Callers who say nothing are sent away, so that those who do are served`() async throws {
    let router = Router()
    router.get("hello") { _, _ in "hello" }
    let bounds = ListenerBounds(connections: 3, idle: .milliseconds(100))
    let (ports, port) = AsyncStream<Int>.makeStream()
    let application = Application(
      router: router, server: bounds.server,
      configuration: bounds.configuration(of: .hostname("127.0.0.1", port: 0), serverName: "test"),
      onServerRunning: { port.yield($0.localAddress?.port ?? 0) },
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    try await withThrowingTaskGroup { group in
      group.addTask { try await application.run() }
      let place = try #require(await ports.first { _ in true })
      var silent: [any Channel] = []
      for _ in 0..<3 {
        silent.append(
          try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(host: "127.0.0.1", port: place).get())
      }
      let answer = try await HTTPClient.shared.get(url: "http://127.0.0.1:\(place)/hello").get()
      #expect(answer.body.map(String.init(buffer:)) == "hello")
      for caller in silent { try await caller.closeFuture.get() }
      group.cancelAll()
    }
  }

  @Test func `One address has only so many connections, and gets new ones as it closes others`() async throws
  {
    let router = Router()
    router.get("hello") { _, _ in "hello" }
    let server = HTTPServerBuilder { responder in
      CallerLimit(HTTP1Channel(responder: responder), most: 2)
    }
    let (ports, port) = AsyncStream<Int>.makeStream()
    let application = Application(
      router: router, server: server, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
      onServerRunning: { port.yield($0.localAddress?.port ?? 0) },
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    try await withThrowingTaskGroup { group in
      group.addTask { try await application.run() }
      let place = try #require(await ports.first { _ in true })
      func connect() async throws -> any Channel {
        try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
          .connect(host: "127.0.0.1", port: place).get()
      }
      let first = try await connect()
      let second = try await connect()
      try await connect().closeFuture.get()
      #expect(first.isActive && second.isActive)
      try await first.close()
      try await second.close()
      // The listener may hear of it a little later.
      var answer: String?
      while answer == nil {
        let response = try? await HTTPClient.shared.get(url: "http://127.0.0.1:\(place)/hello").get()
        answer = response?.body.map(String.init(buffer:))
      }
      #expect(answer == "hello")
      group.cancelAll()
    }
  }
}
