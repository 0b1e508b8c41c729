import CanteenCore
import CanteenTestSupport
import Imaging
import RecognitionTrials
import Testing

@testable import FaceRecognition

/// Known faces, alive or shown by something, before a till with an infrared camera or a detector of its own.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct ExaminerLivenessTests {
  private static let step: Float = 0.08

  private struct Always: PresentationAttackDetector {
    let answer: Float
    let threshold: Float = 0.5

    func liveness(of face: DetectedFace, in frame: Frame) -> Float { answer }
  }

  private enum Outcome: Equatable {
    case named(atSecond: Float)
    case refused(ArtefactReason)
    case nothing

    var isNamed: Bool { if case .named = self { true } else { false } }
  }

  private let recognizer: FaceRecognizer
  private let set: AttackSet
  private let library: SmallLibrary

  init() throws {
    let recognizer = try FaceRecognizer(models: RecognitionModels(folder: TestMaterial.models.url()))
    self.recognizer = recognizer
    let portraits = ["astronaut.png", "biden.jpg", "obama.jpg"]
    library = try SmallLibrary(
      Dictionary(uniqueKeysWithValues: portraits.map { (String($0.prefix(3)), $0) }), by: recognizer)
    set = try AttackSet(
      portraits: portraits.map {
        try Portrait(photo: Frame(decoding: TestMaterial.portrait($0)), recognizer: recognizer)
      }, seed: 5)
  }

  private func outcome(
    of kind: PresentationKind, number: Int, seconds: Float = 3,
    detector: (any PresentationAttackDetector)? = nil,
    infrared: (Presentation, Float) throws -> InfraredView = { _, _ in .none }
  ) throws -> Outcome {
    let clock = ManualClock()
    var examiner = FaceExaminer(
      recognizer: recognizer, policy: IdentificationPolicy(), liveness: LivenessCheck(detector: detector),
      clock: clock)
    let presentation = try set.presentation(kind, number: number)
    for moment in stride(from: 0, to: seconds, by: Self.step) {
      clock.advance(by: .milliseconds(80))
      let frame = try presentation.frame(at: moment).stamped(sequence: 1, capturedAt: clock.now)
      let sighting = try examiner.examine(
        frame, infrared: infrared(presentation, moment),
        wanted: IdentificationRound(number: 1, amount: 1), library: library)
      for event in sighting.events {
        switch event {
        case .identified: return .named(atSecond: moment)
        case .artefact(_, let reason): return .refused(reason)
        default: break
        }
      }
    }
    return .nothing
  }

  @Test func `Known faces on screens that the colour camera lets through are refused by the infrared one`()
    throws
  {
    let numbers = 0..<8
    let byColour = try numbers.filter { try outcome(of: .screen, number: $0).isNamed }
    try #require(!byColour.isEmpty)
    for number in byColour {
      let seen = try outcome(of: .screen, number: number) {
        .frame(try $0.infraredFrame(at: $1))
      }
      #expect(seen == .refused(.noInfraredFace), "screen \(number)")
    }
  }

  @Test func `A living face pays under both cameras as soon as under one`() throws {
    for number in 0..<4 {
      let alone = try outcome(of: .bonaFide, number: number)
      let both = try outcome(of: .bonaFide, number: number) { .frame(try $0.infraredFrame(at: $1)) }
      #expect(alone.isNamed && both == alone, "presentation \(number): \(alone), \(both)")
    }
  }

  @Test func `A screen cannot slip through while the infrared camera is still opening`() throws {
    let numbers = 0..<8
    let number = try #require(try numbers.first { try outcome(of: .screen, number: $0).isNamed })
    let seen = try outcome(of: .screen, number: number) {
      $1 < 1.2 ? .awaited : .frame(try $0.infraredFrame(at: $1))
    }
    #expect(seen == .refused(.noInfraredFace))
  }

  @Test func `An infrared camera that never sends a picture does not keep the line waiting for ever`() throws
  {
    guard case .named(let second) = try outcome(of: .bonaFide, number: 0, infrared: { _, _ in .awaited })
    else {
      Issue.record("the living face was not named")
      return
    }
    #expect((1.8...2.6).contains(second))
  }

  @Test func `A covered infrared camera says nothing and keeps nobody waiting`() throws {
    let dark = try Frame(width: 640, height: 480, bgr: [UInt8](repeating: 2, count: 640 * 480 * 3))
    let covered = try outcome(of: .bonaFide, number: 0) { _, _ in .frame(dark) }
    #expect(try covered == outcome(of: .bonaFide, number: 0))
  }

  @Test func `Both of two who come at once are there in the first frame, though a glance finds one`() throws {
    let frame = try set.presentation(.bonaFide, number: 0).frame(at: 0)
    let glance = try recognizer.faces(in: frame, longSide: FaceRecognizer.glanceSide(of: frame))
    try #require(glance.count == 1)
    var examiner = FaceExaminer(recognizer: recognizer, policy: IdentificationPolicy(), clock: ManualClock())
    #expect(try examiner.examine(frame, wanted: nil, library: library).faces == 2)
  }

  @Test func `A detector of one's own is asked and believed`() throws {
    #expect(try outcome(of: .bonaFide, number: 0, detector: Always(answer: 0.1)) == .refused(.detector))
    #expect(try outcome(of: .bonaFide, number: 0, detector: Always(answer: 0.9)).isNamed)
  }
}
