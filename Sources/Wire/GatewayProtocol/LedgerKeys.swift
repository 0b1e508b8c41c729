public import Crypto
import Foundation

/// The key of a box that had a till's name before, and the last entry of its that the gateway took.
public struct FormerKey: Sendable, Codable, Equatable {
  public let key: P256.Signing.PublicKey
  public let through: Int64

  public init(key: P256.Signing.PublicKey, through: Int64) {
    self.key = key
    self.through = through
  }

  public static func == (lhs: Self, rhs: Self) -> Bool {
    lhs.through == rhs.through && lhs.key.rawRepresentation == rhs.key.rawRepresentation
  }

  private enum CodingKeys: String, CodingKey {
    case key = "device_key"
    case through
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    through = try values.decode(Int64.self, forKey: .through)
    do {
      key = try P256.Signing.PublicKey(x963Representation: values.decode(Data.self, forKey: .key))
    } catch let error as DecodingError {
      throw error
    } catch {
      throw DecodingError.dataCorruptedError(forKey: .key, in: values, debugDescription: "is no key")
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(key.x963Representation, forKey: .key)
    try values.encode(through, forKey: .through)
  }
}

/// Whose signatures the entries of a till's ledger carry: its box's, and up to where that took the ledger over, those
/// of the boxes before it.
public struct LedgerKeys: Sendable {
  public let own: P256.Signing.PublicKey
  /// The first box's first.
  public let former: [FormerKey]

  public init(own: P256.Signing.PublicKey, former: [FormerKey] = []) {
    self.own = own
    self.former = former
  }

  /// Whether an entry carries the signature of the box that wrote the chain at its place.
  public func fit(_ entry: LedgerEntry) -> Bool {
    let key = former.first { entry.sequence <= $0.through }?.key ?? own
    return (try? entry.verify(by: key)) != nil
  }

  /// Whether any box of this till has signed an entry. What an earlier one sold and never sent stands beside the chain.
  public func haveSigned(_ entry: LedgerEntry) -> Bool {
    all.contains { (try? entry.verify(by: $0)) != nil }
  }

  /// The box's own first.
  public var all: [P256.Signing.PublicKey] { [own] + former.map(\.key) }
}
