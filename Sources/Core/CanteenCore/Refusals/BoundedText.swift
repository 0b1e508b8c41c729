extension String {
  /// The longest beginning that takes at most so many bytes of UTF-8. What others say about money is shown and
  /// kept, and nobody may fill a ledger with it.
  public func cut(toBytes most: Int) -> String {
    guard utf8.count > most else { return self }
    var end = utf8.index(startIndex, offsetBy: most)
    while end > startIndex, end.samePosition(in: unicodeScalars) == nil { end = utf8.index(before: end) }
    return String(self[..<end])
  }
}

/// How long texts may be that a ledger keeps, in bytes of UTF-8.
public enum TextBounds {
  /// Why something was done or refused, in somebody's words.
  public static let reason = 600
  /// A platform's number of a deduction or a refund.
  public static let platformNumber = 128
}
