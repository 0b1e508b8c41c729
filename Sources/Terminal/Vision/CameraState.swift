/// What the camera is doing, for the pages.
struct CameraState: Sendable, Equatable {
  /// Why there are no frames, when there should be some.
  var error: String?
  /// What the person before it should do.
  var hints: [StudentView.Hint] = []
}
