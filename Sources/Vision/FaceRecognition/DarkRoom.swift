import CanteenCore
import Imaging

/// Whether it has been too dark for a while to see anybody.
struct DarkRoom {
  /// Mean of green, 0 … 255, below which no face is found.
  private static let darkest: Float = 16
  /// A camera that opens needs this long to set its exposure.
  private static let settling: Duration = .seconds(1)

  private var darkSince: MonotonicInstant?

  /// - Returns: true when somebody should be told.
  mutating func notice(_ frame: Frame, showsFaces: Bool) -> Bool {
    guard !showsFaces, frame.brightness < Self.darkest else {
      darkSince = nil
      return false
    }
    let since = darkSince ?? frame.capturedAt
    darkSince = since
    return since.duration(to: frame.capturedAt) >= Self.settling
  }
}

extension Frame {
  /// Mean of every 64th pixel's green, 0 … 255.
  fileprivate var brightness: Float {
    let sampled = stride(from: 1, to: bgr.count, by: 64 * 3)
    let sum = sampled.reduce(0) { $0 + Int(bgr[$1]) }
    return Float(sum) / Float((bgr.count + 64 * 3 - 2) / (64 * 3))
  }
}
