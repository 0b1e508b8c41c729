import CanteenCore
import FaultInjection

/// Who eats at the simulated school, and what there is.
struct Canteen: Sendable {
  struct Student: Sendable {
    let user: RecognisedUser
    let balance: Fen
    /// Seconds after the start of the simulation.
    var arrivals: [Int]
    /// Everybody the face may be, the student included; empty for a face like no other.
    var faces: [LibraryPerson] = []

    /// As the till's library has them, for those who have look-alikes.
    var person: LibraryPerson? { faces.first { $0.user == user } }
  }

  let plan: MealPlan
  let students: [Student]

  static let secondPlatform: PlatformID = {
    guard let id = try? PlatformID("other-pay") else { preconditionFailure("It is a name.") }
    return id
  }()

  static let lunchBegins = 1_800
  static let lunchTakes = 3_600

  init(_ lunch: LunchPlan) throws {
    plan = MealPlan(
      periods: [
        MealPeriod(
          id: try MealPeriodID("lunch"), title: "午餐", opens: 11 * 60, closes: 13 * 60, price: Fen(12_00),
          groupPrices: ["staff": Fen(15_00)])
      ], outsidePeriods: .override,
      menu: [
        MenuItem(id: try MenuItemID("rice"), name: "米饭", price: Fen(1_00)),
        MenuItem(id: try MenuItemID("meat"), name: "荤菜", price: Fen(6_50), groupPrices: ["staff": Fen(8_00)]),
        MenuItem(id: try MenuItemID("soup"), name: "汤", price: Fen(2_00)),
      ], subsidies: [Subsidy(group: try UserGroup("boarder"), period: nil, upTo: Fen(3_00))])

    var random = SeededRandom(seed: lunch.seed, stream: "students")
    var troubled = SeededRandom(seed: lunch.seed, stream: "troubled students")
    var everybody = try (0..<lunch.students).map { index in
      let id = "s\(100_000 + index)"
      let group = ["", "", "boarder", "staff"][random.pick(0...3)]
      var arrivals = [Self.lunchBegins + random.pick(-120...Self.lunchTakes)]
      if random.chance(0.05) { arrivals.append(arrivals[0] + random.pick(90...1_500)) }
      let poor = troubled.chance(0.08)
      return Student(
        user: RecognisedUser(
          outUserID: try OutUserID(id),
          platform: lunch.troubles.contains(.secondPlatform) && index.isMultiple(of: 2)
            ? Self.secondPlatform : .weChatPay, platformUserID: "P-\(id)", displayName: id,
          group: group.isEmpty ? nil : try UserGroup(group)),
        balance: poor && lunch.troubles.contains(.poorUsers) ? Fen(3_00) : Fen(200_00), arrivals: arrivals)
    }
    if lunch.troubles.contains(.twins) {
      var random = SeededRandom(seed: lunch.seed, stream: "twins")
      Self.makeTwins(among: &everybody, &random)
    }
    students = everybody
  }

  /// What staff key for one student at a till that does not price by itself.
  func basket(at till: AmountMode, _ random: inout SeededRandom) throws -> Basket? {
    switch till {
    case .fixed, .count: return nil
    case .manual: return .manual(Fen(Int64(random.pick(100...2_500))))
    case .menu:
      var dishes: [MenuItemID: Int] = [:]
      for dish in plan.menu where random.chance(0.6) { dishes[dish.id] = random.pick(1...2) }
      return .menu(dishes.isEmpty ? [plan.menu[0].id: 1] : dishes)
    }
  }
}
