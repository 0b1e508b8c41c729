/// From when until when a certificate holds, and what follows from it.
public struct CertificateValidity: Sendable, Hashable, Codable {
  public let from: Timestamp
  /// The last moment at which it holds.
  public let until: Timestamp

  public init(from: Timestamp, until: Timestamp) {
    self.from = from
    self.until = until
  }

  /// How long the certificate of a till is good for.
  public static let ofTills: Duration = .seconds(30 * 86_400)
  /// A box that was off for the summer still renews with its device key, so long after its certificate has expired.
  public static let renewableFor: Duration = .seconds(120 * 86_400)

  public enum Standing: Sendable, Equatable {
    case notYet
    case good
    /// Good, and past its middle: time to get the next one.
    case due
    case expired
    /// Too old even to be renewed.
    case lapsed
  }

  public func standing(at now: Timestamp) -> Standing {
    if now < from { return .notYet }
    if now > until.advanced(by: Self.renewableFor) { return .lapsed }
    if now > until { return .expired }
    return now < middle ? .good : .due
  }

  /// When to renew.
  public var middle: Timestamp { from.advanced(by: from.duration(to: until) / 2) }
}
