/// Who is served first of what is due at one platform.
///
/// A fresh sale counts as if it had been due for an hour, a refund for a minute less, and whatever is tried again, or
/// comes from a till that was offline since yesterday, only since it really is due. So lunch goes before a backlog of any
/// length, a refund waits a minute behind lunch at most, and a backlog an hour.
enum DuePriority {
  /// Seconds.
  static let headStartOfFreshOrders = 3_600
  static let headStartOfRefunds = 3_540
  /// An order that was sold earlier than this many seconds before it fell due is none of today's lunch.
  static let freshFor = 6 * 3_600
}
