import CanteenCore
import GatewayProtocol
import GatewayStore

/// Which tills hear of what.
extension AddressedEvent {
  /// Every till asks for its next lease now.
  static let leaseChanged = AddressedEvent(.told(.leaseChanged), to: .everyTill)

  /// Every till hears at once who may not pay, or may again.
  static func standing(of user: OutUserID, _ bar: UserBar?, to addressee: Addressee = .everyTill)
    -> AddressedEvent
  {
    AddressedEvent(.told(.userStanding(UserStanding(user: user, bar: bar))), to: addressee)
  }
}

extension SpentElsewhere {
  /// - Parameter orders: all of the user's orders of that day.
  init(of user: OutUserID, on day: SchoolDay, _ orders: [OrderOfDay], elsewhereThan till: TerminalID) {
    let entry = orders.filter { $0.terminal != till && $0.state.stands }
      .reduce(into: DayBook.Entry.empty) { entry, order in
        entry.personal = entry.personal + order.toCollect
        if let period = order.period { entry.meals[period.text, default: 0] += 1 }
      }
    self.init(user: user, day: day, entry: entry)
  }
}

extension OfficeStore {
  /// Adds or replaces an operator; tills are told to renew their lease.
  func save(_ staff: Operator) async throws { try await save(staff, telling: [.leaseChanged]) }

  /// - Returns: false when there is no such operator.
  func remove(_ id: OperatorID) async throws -> Bool { try await remove(id, telling: [.leaseChanged]) }
}
