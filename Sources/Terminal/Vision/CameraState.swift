import TillAPI

/// What the camera's device is doing, for the pages and `canteenctl`.
struct CameraState: Sendable, Equatable {
  var device = CameraDevice.closed
  /// Why there are no frames, or were none when there should have been some; kept until frames come again.
  var error: String?
}
