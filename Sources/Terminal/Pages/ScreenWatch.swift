import CanteenCore
import HTTPService
import HTTPTypes
import Hummingbird
import Synchronization
import TillAPI

/// Which pages somebody can see. A page says so for as long as it hears the till, so that a browser whose page
/// never loaded, crashed or hangs can be told from one that works.
final class ScreenWatch: Sendable {
  /// A page sends a sign of life every ten seconds; three may be missed.
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

/// Where pages send their signs of life, and where the unit that keeps a browser running asks for them.
struct ScreenRoutes: Sendable {
  let screens: ScreenWatch

  func add(to router: TillRouter) {
    router.serve(TillOperations.giveSign) { request in screens.sign(of: try screen(request)) }
    router.serve(TillOperations.screenIsShown) { request in
      let screen = try screen(request)
      guard screens.shown.contains(screen) else {
        throw HTTPRefusal(.notFound, code: .notShown, "No browser shows the \(screen.rawValue) page.")
      }
    }
  }

  private func screen(_ request: TillRequest) throws -> Screen {
    guard let screen = Screen(rawValue: try request.part("screen")) else {
      throw HTTPRefusal(.badRequest, code: .noSuchPage, "The pages are till and student.")
    }
    return screen
  }
}
