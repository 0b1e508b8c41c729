import FaceRecognition

/// Whoever is told what the till's eyes see. The eyes know nothing of what is done about it.
protocol SightingSink: Sendable {
  /// One frame was looked at, or everybody has left.
  func saw(_ sighting: FaceExaminer.Sighting) async
  /// There are no frames although there should be, or there are some again.
  func cameraFails(_ isFailing: Bool) async
  /// Frames come and cannot be looked at, or can again.
  func recognitionFails(_ isFailing: Bool) async
}
