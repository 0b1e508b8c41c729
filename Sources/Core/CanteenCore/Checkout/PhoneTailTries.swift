/// Wrong phone tails, counted against every person who was in question, so that neither a new presentation
/// nor another group of look-alikes gives fresh tries.
///
/// A right tail does not reset the count. Otherwise one twin could guess the other's tail between payments of
/// their own.
struct PhoneTailTries: Sendable {
  static let most = 3

  private struct Wrong {
    var count: Int
    var last: MonotonicInstant
  }

  private let keptFor: Duration
  private var wrong: [OutUserID: Wrong] = [:]

  /// - Parameter keptFor: how long after the last wrong tail all of them are forgotten.
  init(keptFor: Duration) {
    self.keptFor = keptFor
  }

  func left(for people: Set<OutUserID>, at now: MonotonicInstant) -> Int {
    let worst = people.compactMap { wrong[$0] }.filter { isKept($0, at: now) }.map(\.count).max() ?? 0
    return max(0, Self.most - worst)
  }

  mutating func wasWrong(for people: Set<OutUserID>, at now: MonotonicInstant) {
    wrong = wrong.filter { isKept($0.value, at: now) }
    for person in people { wrong[person] = Wrong(count: (wrong[person]?.count ?? 0) + 1, last: now) }
  }

  private func isKept(_ wrong: Wrong, at now: MonotonicInstant) -> Bool {
    wrong.last.duration(to: now) < keptFor
  }
}
