import CanteenCore
import HTTPService
import HTTPTypes
import Hummingbird
import Synchronization

/// The till's two pages, each on a screen of its own.
enum Screen: String, CaseIterable, Sendable, Encodable {
  case till, student
}

/// Which pages somebody can see. A page says so for as long as it hears the till, so that a browser whose page
/// never loaded, crashed or hangs can be told from one that works.
final class ScreenWatch: Sendable {
  /// Pages give a sign every ten seconds; three may be missed.
  private static let patience: Duration = .seconds(35)

  private let clock: any MonotonicClock
  private let signs = Mutex<[Screen: MonotonicInstant]>([:])

  init(clock: any MonotonicClock) {
    self.clock = clock
  }

  func sign(of screen: Screen) {
    signs.withLock { $0[screen] = clock.now }
  }

  var shown: [Screen] {
    let (signs, now) = (signs.withLock(\.self), clock.now)
    return Screen.allCases.filter { screen in
      signs[screen].map { $0.duration(to: now) < Self.patience } ?? false
    }
  }
}

/// Where pages give their signs, and where whoever keeps a browser running asks for them.
struct ScreenRoutes: Sendable {
  let screens: ScreenWatch

  func add(to router: Router<BasicRequestContext>) {
    router.post("api/screens/:screen") { _, context in
      screens.sign(of: try screen(context))
      return Response(status: .noContent)
    }
    router.get("api/screens/:screen") { _, context in
      let screen = try screen(context)
      guard screens.shown.contains(screen) else {
        throw HTTPRefusal(.notFound, code: "not_shown", "No browser shows the \(screen.rawValue) page.")
      }
      return Response(status: .noContent)
    }
  }

  private func screen(_ context: BasicRequestContext) throws -> Screen {
    guard let screen = context.parameters.get("screen").flatMap({ Screen(rawValue: $0) }) else {
      throw HTTPRefusal(.badRequest, code: "no_such_page", "The pages are till and student.")
    }
    return screen
  }
}
