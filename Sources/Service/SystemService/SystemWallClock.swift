public import CanteenCore
import Foundation

/// The machine's civil time.
public struct SystemWallClock: WallClock {
  public init() {}

  public func now() -> Timestamp {
    Timestamp(millisecondsSince1970: Int64((Date().timeIntervalSince1970 * 1_000).rounded(.down)))
  }
}
