/// Why there is no bill to reconcile with.
public enum TradeBillError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The call failed; the error says what may be done.
  case call(WeChatPayError)
  /// Nothing was paid or refunded that day.
  case noBusiness
  /// The platform has not made this bill yet: it is ready after 10:00 of the next day.
  case notReady
  /// The file's hash is not the one that the platform signed, or is of a kind other than SHA-1: ask again.
  case wrongHash
  /// The file is what the platform signed, and contradicts itself: look at it by hand.
  case flawed(BillFlaw)

  public var description: String {
    switch self {
    case .call(let error): error.description
    case .noBusiness: "WeChat Pay had no payments or refunds on that day."
    case .notReady: "WeChat Pay has not made this bill yet; ask after 10:00 of the next day."
    case .wrongHash: "The bill's bytes are not those that WeChat Pay signed; ask again."
    case .flawed(let flaw): "The bill cannot be used: \(flaw)."
    }
  }
}
