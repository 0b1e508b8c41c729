import CanteenCore
import CanteenTestSupport
import FaceRecognition
import Foundation
import Imaging
import RecognitionTrials
import Testing

/// Serialised: the networks take all cores and 140 MB each time they are loaded.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct AttackSetTests {
  private static let seed: UInt64 = 77

  private let recognizer: FaceRecognizer
  private let set: AttackSet

  init() throws {
    let recognizer = try FaceRecognizer(models: RecognitionModels(folder: TestMaterial.models.url()))
    let portraits = try ["astronaut.png", "biden.jpg", "obama.jpg"].map {
      try Portrait(photo: Frame(decoding: TestMaterial.portrait($0)), recognizer: recognizer)
    }
    self.recognizer = recognizer
    set = try AttackSet(portraits: portraits, seed: Self.seed)
  }

  private func report(_ kinds: [PresentationKind], _ presentations: Int, infrared: Bool = false) throws
    -> LivenessReport
  {
    var evaluation = LivenessEvaluation(recognizer: recognizer)
    evaluation.infrared = infrared
    return try evaluation.report(on: set, presentations: presentations, seed: Self.seed, kinds: kinds)
  }

  @Test func `Living faces are let through, most of them seen to live`() throws {
    let row = try #require(report([.bonaFide], 24).rows.first)
    #expect(row.errors <= 1, "\(row.reasons)")
    #expect(row.alive >= 8)
    #expect(row.unanswered <= 2)
  }

  @Test func `Most prints are refused because their background comes along`() throws {
    let row = try #require(report([.print], 16).rows.first)
    #expect(row.reasons["surroundings_move", default: 0] * 2 >= row.presentations - row.unanswered)
    #expect(row.alive == 0)
  }

  @Test func `Some screens show their grid, and no living face shows one`() throws {
    func peaks(_ kind: PresentationKind) throws -> Int {
      try report([kind], 16).outcomes.count { outcome in
        guard let cues = outcome.evidence?.cues else { return false }
        return cues["grey_peak", default: 0] >= 30 || cues["colour_peak", default: 0] >= 36
      }
    }
    #expect(try peaks(.screen) >= 2)
    #expect(try peaks(.bonaFide) == 0)
  }

  @Test func `No screen passes the infrared camera, and living faces do`() throws {
    let report = try report([.bonaFide, .screen], 10, infrared: true)
    #expect(report.apcer == 0)
    #expect(report.bpcer <= 0.1)
  }

  @Test func `The same seed draws the same frames`() throws {
    for kind in PresentationKind.allCases {
      let frames = try (0..<2).map { _ in try set.presentation(kind, number: 3).frame(at: 0.4).bgr }
      let isSame = frames[0] == frames[1]
      #expect(isSame, "\(kind)")
      let other = try set.presentation(kind, number: 4).frame(at: 0.4).bgr
      let differs = other != frames[0]
      #expect(differs, "\(kind)")
    }
  }

  @Test func `A sample of a frame is cheap`() throws {
    let presentation = try set.presentation(.bonaFide, number: 0)
    let frames = try (0..<8).map { number in
      try presentation.frame(at: 0.5 + Float(number) * 0.1)
        .stamped(sequence: 1, capturedAt: .start.advanced(by: .milliseconds(number * 100)))
    }
    let faces = try frames.map { try #require(try recognizer.faces(in: $0).first) }
    var meter = LivenessMeter()
    let clock = ContinuousClock()
    let times = zip(frames, faces).map { frame, face in
      clock.measure { _ = meter.sample(of: face, in: frame) }
    }
    // The median of a busy machine; a till has 40 ms a frame.
    #expect(times.sorted()[4] < .milliseconds(20), "\(times)")
  }

  @Test func `Fewer than two portraits make no attack set, and a wall no portrait`() throws {
    #expect(throws: AttackSetError.tooFewPortraits(0)) { try AttackSet(portraits: [], seed: 1) }
    let wall = try Frame(width: 320, height: 240, bgr: [UInt8](repeating: 128, count: 320 * 240 * 3))
    #expect(throws: AttackSetError.noFace) { try Portrait(photo: wall, recognizer: recognizer) }
  }
}
