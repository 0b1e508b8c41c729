/// How often pairing codes may be tried at a gateway: guessing becomes slow at once, and then stops.
public enum PairingPatience {
  /// A code that was tried wrongly so often is used up.
  public static let triesOfOneCode = 5
  /// Wrong tries older than this are forgotten.
  public static let window: Duration = .seconds(3_600)
  /// So many wrong tries within the window close pairing until the first of them is forgotten.
  static let mostTries = 20
  /// A slip or two costs nobody time.
  static let freeTries = 3
  static let longestPause: Duration = .seconds(300)

  /// - Parameter failures: when wrong codes were tried, or tries were begun that are still being judged; in any order.
  /// - Returns: how long the next try has to wait; nil when it need not.
  public static func wait(after failures: [Timestamp], at now: Timestamp) -> Duration? {
    // A clock that was set back must not close pairing for as long.
    let recent = failures.map { min($0, now) }.filter { $0.duration(to: now) < window }.sorted()
    guard let last = recent.last, recent.count >= freeTries else { return nil }
    let opens =
      recent.count >= mostTries
      ? recent[recent.count - mostTries].advanced(by: window)
      : last.advanced(by: pause(after: recent.count))
    return opens > now ? now.duration(to: opens) : nil
  }

  private static func pause(after tries: Int) -> Duration {
    min(.seconds(1 << min(tries - freeTries, 16)), longestPause)
  }
}
