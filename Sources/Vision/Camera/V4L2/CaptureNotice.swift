/// Something about a camera that differs from what its settings ask for; it works all the same.
public enum CaptureNotice: Sendable, Equatable, CustomStringConvertible {
  case otherSize(width: Int, height: Int, wantedWidth: Int, wantedHeight: Int)
  case slower(framesPerSecond: Double, wanted: Int)
  case controlUnknown(CameraControl)
  case controlClamped(CameraControl, wanted: Int, set: Int)
  case controlRefused(CameraControl, reason: String)
  /// Set, but an automatic mode overrides it.
  case controlInactive(CameraControl)

  public var description: String {
    switch self {
    case .otherSize(let width, let height, let wantedWidth, let wantedHeight):
      "The camera has no pictures of \(wantedWidth)×\(wantedHeight); it sends \(width)×\(height)."
    case .slower(let rate, let wanted):
      "The camera sends \((rate * 10).rounded() / 10) frames a second instead of \(wanted)."
    case .controlUnknown(let control): "The camera has no control \"\(control.rawValue)\"."
    case .controlClamped(let control, let wanted, let set):
      "The camera cannot set \"\(control.rawValue)\" to \(wanted); it was set to \(set)."
    case .controlRefused(let control, let reason):
      "The camera refused to set \"\(control.rawValue)\": \(reason)."
    case .controlInactive(let control):
      "\"\(control.rawValue)\" does nothing as long as the camera sets it by itself."
    }
  }
}
