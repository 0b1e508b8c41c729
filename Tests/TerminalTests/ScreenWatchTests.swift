import CanteenTestSupport
import HTTPService
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import Testing
import TillAPI

@testable import Terminal

@Suite(.timeLimit(.minutes(5)))
struct ScreenWatchTests {
  private let clock = ManualClock()
  private let screens: ScreenWatch

  init() { screens = ScreenWatch(clock: clock) }

  private func status(_ method: HTTPRequest.Method, _ path: String) async throws -> HTTPResponse.Status {
    let router = Router()
    router.add(middleware: RefusalMiddleware(logger: Logger(label: "test")))
    ScreenRoutes(screens: screens).add(to: router)
    return try await Application(router: router).test(.router) { client in
      try await client.execute(uri: path, method: method) { $0.status }
    }
  }

  @Test func `A page is shown while it gives signs, each page for itself`() async throws {
    #expect(try await status(.get, "/api/screens/till") == .notFound)
    #expect(try await status(.post, "/api/screens/till") == .noContent)
    #expect(try await status(.get, "/api/screens/till") == .noContent)
    #expect(try await status(.get, "/api/screens/student") == .notFound)
    clock.advance(by: .seconds(30))
    #expect(screens.shown == [.till])
    #expect(try await status(.post, "/api/screens/till") == .noContent)
    clock.advance(by: .seconds(30))
    #expect(screens.shown == [.till])
  }

  @Test func `A page that fell silent is not shown any more`() async throws {
    screens.sign(of: .student)
    clock.advance(by: .seconds(36))
    #expect(screens.shown.isEmpty)
    #expect(try await status(.get, "/api/screens/student") == .notFound)
  }

  @Test func `There are two pages and no third`() async throws {
    #expect(try await status(.post, "/api/screens/kitchen") == .badRequest)
  }
}
