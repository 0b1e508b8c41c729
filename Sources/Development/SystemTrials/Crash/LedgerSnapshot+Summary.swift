import CanteenCore

extension LedgerSnapshot {
  /// `412 orders shown, 413 booked: 172 paid, 241 taken_by_staff`
  public var summary: String {
    let states = Dictionary(grouping: tills, by: \.state.rawValue)
      .sorted { $0.key < $1.key }
      .map { "\($0.value.count) \($0.key)" }
    return "\(shown.count) orders shown, \(tills.count) booked: \(states.joined(separator: ", "))"
  }

  /// The first ten that should have settled and did not.
  public var openOrders: [String] {
    tills.filter { !$0.state.isFinal }.sorted { $0.number < $1.number }.prefix(10)
      .map { "order \($0.number): ¥\($0.amount.yuan) is still \($0.state.rawValue)" }
  }
}
