/// What the camera's device is doing, for the pages and `canteenctl`.
struct CameraState: Sendable, Equatable {
  enum Device: String, Sendable, Encodable {
    case closed
    case opening
    /// Open, and nobody looks at its frames.
    case warm
    case open
    case failed
  }

  var device = Device.closed
  /// Why there are no frames, or were none when there should have been some; kept until frames come again.
  var error: String?
}
