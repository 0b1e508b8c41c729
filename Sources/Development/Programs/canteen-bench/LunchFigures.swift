import Simulation

/// How long a whole simulated lunch takes.
struct LunchFigures: Encodable {
  private static let students = 1_200

  let students: Int
  let orders: Int
  let seconds: Double

  static func measure() async throws -> LunchFigures {
    let start = ContinuousClock.now
    let lunch = try await Stage.play(LunchPlan(seed: 1, students: students, tills: 4))
    let seconds = (start.duration(to: .now) / .seconds(1) * 10).rounded() / 10
    return LunchFigures(students: students, orders: lunch.orders, seconds: seconds)
  }

  private enum CodingKeys: String, CodingKey {
    case students = "lunch_students"
    case orders = "lunch_orders"
    case seconds = "lunch_seconds"
  }
}
