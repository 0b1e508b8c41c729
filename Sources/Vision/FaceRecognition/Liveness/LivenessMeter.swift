public import CanteenCore
import COpenCV
import Foundation
public import Imaging

/// Measures the frames of one face for ``LivenessJudge``. Keeps some frames of the last second, in memory only (I4), to
/// compare the later ones with.
///
/// Each track has a meter and a judge of its own, fed with the frames that passed the quality gate:
/// ```swift
/// if let sample = meter.sample(of: track.face, in: frame) { judge.add(sample, at: frame.capturedAt) }
/// guard settings.liveness.admits(judge.verdict) else { return refuse(track, judge.evidence) }
/// ```
/// A sample of a 640×480 frame takes about 2 ms; a frame that `interval` leaves out costs nothing.
public struct LivenessMeter: Sendable {
  /// Frames nearer in time than this to the last sample are left out; motion needs time to show.
  public var interval: Duration
  /// Where the infrared camera sees what the colour camera sees.
  public var infraredAlignment: InfraredAlignment

  /// Focal length over the frame's width: a lens of 60°, as most till cameras have.
  private static let focal: Float = 0.87
  /// After this many looks in a row that could not follow the skin, the next frame becomes the new first one.
  private static let mostLost = 3
  /// Frames are compared with the earliest one of this time.
  private static let memory: Duration = .seconds(1)
  private static let betweenReferences: Duration = .milliseconds(300)

  /// The earliest first.
  private var references: [(frame: Frame, face: DetectedFace)] = []
  private var lastSampleAt: MonotonicInstant?
  private var lost = 0

  public init(
    interval: Duration = .milliseconds(80), infraredAlignment: InfraredAlignment = InfraredAlignment()
  ) {
    self.interval = interval
    self.infraredAlignment = infraredAlignment
  }

  /// Another face stands there now: nothing is compared with what was seen before.
  public mutating func startOver() {
    references = []
    lost = 0
  }

  /// True when a frame of this time would not be left out.
  public func isDue(at time: MonotonicInstant) -> Bool {
    lastSampleAt.map { $0.duration(to: time) >= interval } ?? true
  }

  /// Never throws: what cannot be measured is nil in the sample.
  ///
  /// - Parameters:
  ///   - infrared: what the infrared camera saw at the same moment, its lamp lit.
  ///   - detector: asked about this frame too.
  /// - Returns: nil when the frame was left out or nothing could be measured.
  public mutating func sample(
    of face: DetectedFace, in frame: Frame, infrared: InfraredFrame? = nil,
    detector: (any PresentationAttackDetector)? = nil
  ) -> LivenessSample? {
    guard isDue(at: frame.capturedAt), face.landmarks.flattened.allSatisfy({ abs($0) < 1e5 }) else {
      return nil
    }
    lastSampleAt = frame.capturedAt
    var sample = LivenessSample()
    sample.motion = motion(of: face, in: frame)
    sample.spectrum = spectrum(of: face, in: frame)
    sample.infrared = infrared?.look(at: face, alignment: infraredAlignment)
    if let detector, let liveness = try? detector.liveness(of: face, in: frame), liveness.isFinite {
      sample.detector = DetectorOpinion(liveness: liveness, threshold: detector.threshold)
    }
    return sample == LivenessSample() ? nil : sample
  }

  private mutating func motion(of face: DetectedFace, in frame: Frame) -> FaceMotion? {
    let outdated = references.dropLast().prefix {
      $0.frame.capturedAt.duration(to: frame.capturedAt) > Self.memory
    }
    references.removeFirst(outdated.count)
    guard let first = references.first, first.frame.width == frame.width,
      first.frame.height == frame.height, lost < Self.mostLost
    else {
      references = [(frame, face)]
      lost = 0
      return nil
    }
    if let last = references.last,
      last.frame.capturedAt.duration(to: frame.capturedAt) >= Self.betweenReferences
    {
      references.append((frame, face))
    }
    var motion = canteen_cv_motion()
    do {
      try unsafe first.frame.withOpenCVImage { earlier, error in
        unsafe frame.bgr.withUnsafeBufferPointer { pixels in
          let later = unsafe canteen_cv_image(
            pixels: pixels.baseAddress, width: Int32(frame.width), height: Int32(frame.height))
          return unsafe canteen_cv_face_motion(
            earlier, first.face.landmarks.flattened, later, face.landmarks.flattened, &motion, &error)
        }
      }
    } catch {
      return nil
    }
    lost = motion.followed != 0 ? 0 : lost + 1
    let followed = motion.followed != 0 && motion.yaw.isFinite && motion.pitch.isFinite
    return FaceMotion(
      turn: followed ? hypot(motion.yaw, motion.pitch) : nil, turnError: motion.turn_error,
      travel: travel(from: first.face, to: face, in: frame), stretch: motion.stretch,
      eyeChange: followed ? motion.eye_change : nil, surroundingsThatWent: Int(motion.around_went),
      surroundingsThatStayed: Int(motion.around_stayed), surroundingsLost: Int(motion.around_lost))
  }

  private func travel(from earlier: DetectedFace, to later: DetectedFace, in frame: Frame) -> Float {
    let focal = Self.focal * Float(frame.width)
    func line(to face: DetectedFace) -> (x: Float, y: Float) {
      (
        atan((face.box.x + face.box.width / 2 - Float(frame.width) / 2) / focal),
        atan((face.box.y + face.box.height / 2 - Float(frame.height) / 2) / focal)
      )
    }
    let (then, now) = (line(to: earlier), line(to: later))
    return hypot(now.x - then.x, now.y - then.y) * 180 / .pi
  }

  private func spectrum(of face: DetectedFace, in frame: Frame) -> FaceSpectrum? {
    var spectrum = canteen_cv_spectrum()
    do {
      try unsafe frame.withOpenCVImage { image, error in
        unsafe canteen_cv_face_spectrum(image, face.landmarks.flattened, &spectrum, &error)
      }
    } catch {
      return nil
    }
    guard spectrum.side > 0 else { return nil }
    return FaceSpectrum(greyPeak: spectrum.grey_peak, colourPeak: spectrum.colour_peak)
  }
}
