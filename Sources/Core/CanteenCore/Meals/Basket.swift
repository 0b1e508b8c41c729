/// What is being sold, before it is known to whom.
public enum Basket: Sendable, Hashable {
  /// Staff keyed the amount.
  case manual(Fen)
  /// The current meal at its fixed price, or the till's own fixed price.
  case fixed
  /// Dishes of the menu with their quantities.
  case menu([MenuItemID: Int])
  /// One meal that is counted and has no price.
  case count

  /// What was sold with an order.
  init(_ order: Order) {
    self =
      switch order.amountMode {
      case .manual: .manual(order.amount)
      case .fixed: .fixed
      case .count: .count
      case .menu:
        .menu(Dictionary(order.lines.map { ($0.item, $0.quantity) }, uniquingKeysWith: +))
      }
  }

  public var mode: AmountMode {
    switch self {
    case .manual: .manual
    case .fixed: .fixed
    case .menu: .menu
    case .count: .count
    }
  }
}

/// One dish of an order, at the price it was sold for.
public struct OrderLine: Sendable, Hashable, Codable {
  public let item: MenuItemID
  public let name: String
  public let price: Fen
  public let quantity: Int

  public init(item: MenuItemID, name: String, price: Fen, quantity: Int) {
    self.item = item
    self.name = name
    self.price = price
    self.quantity = quantity
  }

  private enum CodingKeys: String, CodingKey {
    case item
    case name
    case price = "price_fen"
    case quantity
  }
}

/// What one basket costs one person.
public struct Charge: Sendable, Hashable {
  /// The whole price; zero in count mode.
  public let amount: Fen
  /// What the school pays of it.
  public let subsidy: Fen
  public let lines: [OrderLine]

  /// What the user pays: the amount the platform is asked for.
  public var personal: Fen { amount - subsidy }

  public init(amount: Fen, subsidy: Fen = .zero, lines: [OrderLine] = []) {
    self.amount = amount
    self.subsidy = subsidy
    self.lines = lines
  }
}

extension MealPlan {
  /// The most portions of one dish in one order.
  static let mostOfOneDish = 20

  /// What `basket` costs `group` at a time; the list price when the group is not known yet.
  ///
  /// - Parameters:
  ///   - fixedPrice: for tills with a price of their own; the meal's price comes first.
  ///   - subsidised: whether the user still has the subsidy for this meal.
  public func charge(
    for basket: Basket, group: UserGroup?, at time: SchoolTime, fixedPrice: Fen?, subsidised: Bool
  ) throws(AmountError) -> Charge {
    let period = period(at: time)
    switch basket {
    case .count:
      return Charge(amount: .zero)
    case .manual(let amount):
      return split(amount, [], group, period, subsidised)
    case .fixed:
      guard let price = period?.price(for: group) ?? fixedPrice else { throw .noPriceNow }
      return split(price, [], group, period, subsidised)
    case .menu(let keys):
      var lines: [OrderLine] = []
      var sum = Fen.zero
      for item in menu {
        guard let quantity = keys[item.id] else { continue }
        guard (1...Self.mostOfOneDish).contains(quantity) else { throw .badQuantity }
        let price = item.price(for: group)
        lines.append(OrderLine(item: item.id, name: item.name, price: price, quantity: quantity))
        sum = sum + Fen(price.count * Int64(quantity))
      }
      guard lines.count == keys.count else { throw .unknownDish }
      return split(sum, lines, group, period, subsidised)
    }
  }

  private func split(
    _ amount: Fen, _ lines: [OrderLine], _ group: UserGroup?, _ period: MealPeriod?, _ subsidised: Bool
  ) -> Charge {
    let rule =
      subsidised
      ? subsidies.first { $0.group == group && ($0.period == nil || $0.period == period?.id) } : nil
    return Charge(amount: amount, subsidy: min(amount, rule?.upTo ?? .zero), lines: lines)
  }
}
