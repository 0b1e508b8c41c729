import CanteenCore
import CanteenTestSupport
import Testing

struct SaleRulesTests {
  private let lunch: MealPeriodID
  private let plan: MealPlan

  init() throws {
    lunch = try MealPeriodID("lunch")
    plan = MealPlan(
      periods: [
        MealPeriod(
          id: lunch, title: "午餐", opens: 11 * 60, closes: 13 * 60, price: Fen(12_00),
          groupPrices: ["staff": Fen(15_00)])
      ], outsidePeriods: .refuse,
      menu: [
        MenuItem(id: try MenuItemID("rice"), name: "米饭", price: Fen(1_00)),
        MenuItem(id: try MenuItemID("meat"), name: "荤菜", price: Fen(6_50), groupPrices: ["staff": Fen(8_00)]),
      ], subsidies: [Subsidy(group: try UserGroup("boarder"), period: lunch, upTo: Fen(3_00))])
  }

  private func user(_ group: String? = nil) throws -> RecognisedUser {
    RecognisedUser(
      outUserID: try OutUserID("s00001"), platformUserID: "P", displayName: "甲",
      group: try group.map { try UserGroup($0) })
  }

  private func time(_ hour: Int, _ minute: Int = 0) -> SchoolTime {
    plan.schoolTime(
      Timestamp(millisecondsSince1970: 1_795_104_000_000 + Int64(hour * 60 + minute) * 60_000))
  }

  private func charge(
    _ basket: Basket, _ group: String? = nil, history: DayBook.Entry = .empty, at hour: Int = 12
  )
    throws -> Charge
  {
    try SaleRules(plan: plan).charge(for: basket, of: user(group), history: history, at: time(hour))
  }

  @Test func `A fixed meal costs what its period says, by group`() throws {
    #expect(try charge(.fixed).personal == Fen(12_00))
    #expect(try charge(.fixed, "staff").personal == Fen(15_00))
    #expect(throws: AmountError.noPriceNow) { try charge(.fixed, at: 15) }
  }

  @Test func `Dishes add up at the user's prices, and the lines say so`() throws {
    let basket = Basket.menu([try MenuItemID("meat"): 2, try MenuItemID("rice"): 1])
    let forStaff = try charge(basket, "staff")
    #expect(forStaff.amount == Fen(17_00))
    #expect(forStaff.lines.map(\.quantity) == [1, 2])
    #expect(try charge(basket).amount == Fen(14_00))
    #expect(throws: AmountError.unknownDish) { try charge(.menu([try MenuItemID("cake"): 1])) }
    #expect(throws: AmountError.badQuantity) { try charge(.menu([try MenuItemID("rice"): 21])) }
    #expect(throws: AmountError.badQuantity) { try charge(.menu([try MenuItemID("rice"): -1])) }
  }

  @Test func `The subsidy pays first, once in a meal, and never more than the meal`() throws {
    let first = try charge(.fixed, "boarder")
    #expect((first.amount, first.subsidy, first.personal) == (Fen(12_00), Fen(3_00), Fen(9_00)))
    let second = try charge(
      .fixed, "boarder", history: DayBook.Entry(personal: Fen(9_00), meals: ["lunch": 1]))
    #expect(second.subsidy == .zero)
    #expect(try charge(.manual(Fen(2_00)), "boarder").personal == .zero)
  }

  @Test func `A counted meal costs nothing and is still one meal`() throws {
    #expect(try charge(.count).amount == .zero)
    let rules = SaleRules(plan: plan)
    let eaten = DayBook.Entry(personal: .zero, meals: ["lunch": 1])
    #expect(
      try rules.objections(to: charge(.count), of: user(), history: eaten, bar: nil, at: time(12))
        == [.mealTaken(lunch)])
  }

  @Test func `A period begins with its first minute and ends before its last`() {
    #expect(plan.period(at: time(10, 59)) == nil)
    #expect(plan.period(at: time(11))?.id == lunch)
    #expect(plan.period(at: time(12, 59))?.id == lunch)
    #expect(plan.period(at: time(13)) == nil)
  }

  @Test func `Limits of the lease hold; the platform's hold whatever the lease says`() throws {
    var rules = SaleRules(plan: plan, limits: SpendingLimits(order: Fen(20_00), day: Fen(30_00)))
    let spent = DayBook.Entry(personal: Fen(25_00), meals: [:])
    #expect(
      try rules.objections(
        to: charge(.manual(Fen(21_00))), of: user(), history: spent, bar: nil, at: time(12))
        == [.overOrderLimit(Fen(20_00)), .overDayLimit(Fen(30_00))])
    rules.limits = SpendingLimits(order: Fen(900_00), day: Fen(9_000_00), operatorMayExceed: true)
    #expect(rules.limits.capped(by: .unnamed).order == Fen(100_00))
    #expect(rules.limits.capped(by: .unnamed).day == Fen(500_00))
    #expect(throws: AmountError.overOrderLimit(limit: Fen(100_00))) {
      try rules.listPrice(of: .manual(Fen(100_01)), at: time(12))
    }
    let nearly = DayBook.Entry(personal: Fen(495_00), meals: [:])
    let ten = try charge(.manual(Fen(10_00)))
    #expect(try !rules.mayOverride([.overDayLimit(Fen(500_00))], charge: ten, of: user(), history: nearly))
  }

  @Test func `An operator may override a second meal, and a limit only where the lease allows`() throws {
    let strict = SaleRules(plan: plan, limits: SpendingLimits(order: Fen(20_00), day: Fen(30_00)))
    let lenient = SaleRules(
      plan: plan, limits: SpendingLimits(order: Fen(20_00), day: Fen(30_00), operatorMayExceed: true))
    let charge = try charge(.manual(Fen(21_00)))
    #expect(try strict.mayOverride([.mealTaken(lunch)], charge: charge, of: user(), history: .empty))
    #expect(
      try !strict.mayOverride([.overOrderLimit(Fen(20_00))], charge: charge, of: user(), history: .empty))
    #expect(
      try lenient.mayOverride([.overOrderLimit(Fen(20_00))], charge: charge, of: user(), history: .empty))
    #expect(try !lenient.mayOverride([.barred(.blocked)], charge: charge, of: user(), history: .empty))
    #expect(try !strict.mayOverride([.outsidePeriods], charge: charge, of: user(), history: .empty))
  }

  @Test func `What others sold counts, and what was voided does not`() throws {
    var book = DayBook()
    let user = try OutUserID("s00001")
    let today = time(12).day
    let sale = DayBook.Sale(user: user, day: today, personal: Fen(12_00), period: lunch)
    book.add(sale)
    book.set(DayBook.Entry(personal: Fen(5_00), meals: ["lunch": 1]), elsewhereFor: user, on: today)
    #expect(book.entry(of: user, on: today) == DayBook.Entry(personal: Fen(17_00), meals: ["lunch": 2]))
    book.takeBack(sale)
    book.set(DayBook.Entry(personal: Fen(6_00), meals: [:]), elsewhereFor: user, on: today)
    #expect(book.entry(of: user, on: today).personal == Fen(6_00))
    #expect(book.entry(of: user, on: today.advanced(byDays: 1)) == .empty)
  }

  @Test(arguments: [
    (MealPlan(utcOffset: 9_999), "utc_offset"),
    (
      MealPlan(periods: [
        MealPeriod(id: try! MealPeriodID("a"), title: "", opens: 600, closes: 700),
        MealPeriod(id: try! MealPeriodID("b"), title: "", opens: 650, closes: 800),
      ]), "meal b"
    ),
    (MealPlan(menu: [MenuItem(id: try! MenuItemID("x"), name: "", price: Fen(1_000_01))]), "dish x"),
    (MealPlan(menu: [MenuItem(id: try! MenuItemID("x"), name: "", price: .zero)]), "dish x"),
  ])
  func `A plan that cannot be meant says what is wrong`(plan: MealPlan, word: String) {
    #expect(plan.flaw?.contains(word) == true)
  }
}
