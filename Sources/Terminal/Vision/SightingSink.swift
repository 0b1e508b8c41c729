import FaceRecognition

/// Receives what the till's cameras see. Vision knows nothing of what is done about it.
protocol SightingSink: Sendable {
  /// One frame was looked at, or everybody has left.
  func saw(_ sighting: FaceExaminer.Sighting) async
  /// There are no frames although there should be, or there are some again.
  func cameraFails(_ isFailing: Bool) async
  /// Frames come but cannot be examined, or can be examined again.
  func recognitionFails(_ isFailing: Bool) async
}
