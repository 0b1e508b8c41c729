public import CanteenCore

public enum StoreEpochSubject: Sendable {}

/// One history of the gateway's store. Cursors count within it. When a gateway comes back with an older
/// store, which knows less than its tills were told, it draws another epoch.
public typealias StoreEpoch = Identifier<StoreEpochSubject>

extension StoreEpoch {
  /// 128 random bits in hex.
  public static func random() -> StoreEpoch {
    var generator = SystemRandomNumberGenerator()
    let bytes = (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    do {
      return try StoreEpoch(bytes.hex)
    } catch {
      preconditionFailure("Hexadecimal digits are allowed in a name.")
    }
  }
}

/// How far a till has read a stream of the gateway.
public struct StorePlace: Sendable, Hashable {
  /// nil when the till was never told one.
  public let epoch: StoreEpoch?
  public let cursor: Int64

  public static let start = StorePlace(epoch: nil, cursor: 0)

  public init(epoch: StoreEpoch?, cursor: Int64) {
    self.epoch = epoch
    self.cursor = cursor
  }

  /// As a query: `after=CURSOR&epoch=EPOCH`. An empty epoch says that the till knows of epochs and was told none.
  public var query: String { "after=\(cursor)&epoch=\(epoch?.text ?? "")" }
}
