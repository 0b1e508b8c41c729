public import Imaging

/// Something of your own that tells living faces from artefacts: a model, or a depth camera that keeps its newest
/// picture and looks up the one taken nearest to `frame.capturedAt`.
///
/// ``LivenessMeter`` asks it about each frame it samples; ``LivenessJudge`` says artefact when the median of its
/// answers lies below the threshold.
public protocol PresentationAttackDetector {
  /// 0 … 1; a face below it is an artefact.
  var threshold: Float { get }

  /// How surely the face is alive: 0 an artefact … 1 alive.
  func liveness(of face: DetectedFace, in frame: Frame) throws(ImagingError) -> Float
}
