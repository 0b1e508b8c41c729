public import CanteenCore
public import FaceRecognition
import Imaging

/// Shows presentations to the meter and the judge just as a till does: detection, quality gate, then the sample.
public struct LivenessEvaluation {
  /// Moments of a presentation, and the seconds between them.
  private static let frames = 10
  private static let step: Float = 0.14

  public var thresholds = LivenessJudge.Thresholds()
  /// An infrared camera looks too.
  public var infrared = false

  private let recognizer: FaceRecognizer
  private let gate = QualityGate()

  public init(recognizer: FaceRecognizer) {
    self.recognizer = recognizer
  }

  /// nil when no frame showed a face that passed the gate.
  public func evidence(of presentation: Presentation) throws(AttackSetError) -> LivenessEvidence? {
    var meter = LivenessMeter(interval: .zero)
    var judge = LivenessJudge(thresholds: thresholds)
    var isCaptured = false
    for number in 0..<Self.frames {
      let seconds = Float(number) * Self.step
      let frame = try presentation.frame(at: seconds)
        .stamped(sequence: UInt64(number) + 1, capturedAt: .start.advanced(by: .seconds(Double(seconds))))
      do {
        guard let found = try recognizer.faces(in: frame).first,
          let face = try recognizer.closeUp(of: found, in: frame),
          gate.flaws(of: try recognizer.quality(of: face, in: frame)).isEmpty
        else { continue }
        var infraredFrame: InfraredFrame?
        if infrared {
          infraredFrame = try InfraredFrame(
            presentation.infraredFrame(at: seconds), searchedBy: recognizer)
        }
        isCaptured = true
        if let sample = meter.sample(of: face, in: frame, infrared: infraredFrame) {
          judge.add(sample, at: frame.capturedAt)
        }
      } catch let error as AttackSetError {
        throw error
      } catch {
        throw .drawing("\(error)")
      }
    }
    return isCaptured ? judge.evidence : nil
  }

  /// - Parameter progress: called after every presentation.
  public func report(
    on set: AttackSet, presentations: Int, seed: UInt64,
    kinds: [PresentationKind] = PresentationKind.allCases,
    progress: (PresentationKind, Int) -> Void = { _, _ in }
  ) throws(AttackSetError) -> LivenessReport {
    var outcomes: [LivenessReport.Outcome] = []
    for kind in kinds {
      for number in 0..<presentations {
        let evidence = try evidence(of: set.presentation(kind, number: number))
        outcomes.append(LivenessReport.Outcome(kind: kind, number: number, evidence: evidence))
        progress(kind, number)
      }
    }
    return LivenessReport(seed: seed, infrared: infrared, outcomes: outcomes)
  }
}
