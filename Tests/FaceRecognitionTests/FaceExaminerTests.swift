import CanteenCore
import CanteenTestSupport
import FaceRecognition
import Foundation
import Imaging
import Testing

/// Real portraits before a grey wall, real networks, a library in memory.
@Suite(.serialized) struct FaceExaminerTests {
  private static let round = IdentificationRound(number: 1, amount: 1)

  private let recognizer: FaceRecognizer
  private let clock = ManualClock()

  init() throws {
    recognizer = try FaceRecognizer(models: RecognitionModels(folder: TestMaterial.models.url()))
  }

  /// A portrait that stands in the frame; its face as the detector sees it in the picture.
  private struct Standing {
    let picture: Frame
    let face: FaceBox
    let height: Float
    let x: Float
  }

  private func standing(_ portrait: String, height: Float, x: Float) throws -> Standing {
    let picture = try Frame(decoding: TestMaterial.portrait(portrait))
    let face = try #require(try recognizer.faces(in: picture, longSide: 320).first)
    // Only the head, so that one person does not hide the other.
    let (left, top) = (
      max(0, Int(face.box.x - face.box.width * 0.4)), max(0, Int(face.box.y - face.box.height * 0.3))
    )
    let width = min(picture.width - left, Int(face.box.width * 1.8))
    let tall = min(picture.height - top, Int(face.box.height * 1.5))
    let head = try picture.cropped(left: left, top: top, width: width, height: tall)
    let found = try #require(try recognizer.faces(in: head, longSide: 320).first)
    return Standing(picture: head, face: found.box, height: height, x: x)
  }

  private func frame(_ people: [Standing], number: Int) throws -> Frame {
    var frame = try Frame(width: 640, height: 480, bgr: [UInt8](repeating: 128, count: 640 * 480 * 3))
    for person in people {
      let scale = person.height / person.face.height
      let (dx, dy) = (
        Float(person.picture.width) / 2 - person.face.x - person.face.width / 2,
        Float(person.picture.height) / 2 - person.face.y - person.face.height / 2
      )
      frame = try frame.composed(
        with: person.picture,
        at: Placement(
          centreX: person.x + dx * scale + Float(number % 3), centreY: 240 + dy * scale, scale: scale),
        noise: 2, seed: UInt64(number))
    }
    return frame.stamped(sequence: UInt64(number), capturedAt: clock.now)
  }

  /// Shows the people for some frames and gathers what was told.
  private func show(
    _ people: [Standing], frames: Int, to examiner: inout FaceExaminer, round: IdentificationRound?,
    library: some FaceSearch
  ) throws -> [FaceExaminer.Event] {
    var events: [FaceExaminer.Event] = []
    for number in 1...frames {
      clock.advance(by: .milliseconds(40))
      let frame = try frame(people, number: number)
      events += try examiner.examine(frame, wanted: round, library: library).events
    }
    return events
  }

  private func names(_ events: [FaceExaminer.Event]) -> [String] {
    events.compactMap {
      if case .identified(let identification) = $0 { identification.user.outUserID.text } else { nil }
    }
  }

  @Test func `A person of the library is named once, by numbers that explain it`() throws {
    let library = try SmallLibrary(["barack": "obama.jpg", "joseph": "biden.jpg"], by: recognizer)
    var examiner = FaceExaminer(
      recognizer: recognizer, policy: IdentificationPolicy(), liveness: LivenessCheck(.record), clock: clock)
    let events = try show(
      [standing("obama2.jpg", height: 180, x: 320)], frames: 12, to: &examiner, round: Self.round,
      library: library)
    #expect(names(events) == ["barack"])
    guard case .identified(let found) = events.last else {
      Issue.record("not identified: \(events)")
      return
    }
    let evidence = found.evidence
    #expect(evidence.framesAgreed >= 3 && evidence.framesSeen >= evidence.framesAgreed)
    #expect(evidence.score >= evidence.threshold)
    #expect(evidence.people == 2)
    #expect(evidence.model == RecognitionModels.origin.modelSHA256)
    let quality = try #require(evidence.quality)
    #expect((150...210).contains(quality.height) && quality.sharpness > 25)
  }

  @Test func `A stranger is refused once`() throws {
    let library = try SmallLibrary(["barack": "obama.jpg", "joseph": "biden.jpg"], by: recognizer)
    var examiner = FaceExaminer(
      recognizer: recognizer, policy: IdentificationPolicy(), liveness: LivenessCheck(.record), clock: clock)
    let events = try show(
      [standing("astronaut.png", height: 180, x: 320)], frames: 20, to: &examiner, round: Self.round,
      library: library)
    #expect(names(events).isEmpty)
    #expect(events.count { if case .notRecognised = $0 { true } else { false } } == 1)
  }

  @Test func `Who waits behind is not charged when the first leaves, but is with the next amount`() throws {
    let library = try SmallLibrary(["barack": "obama.jpg", "joseph": "biden.jpg"], by: recognizer)
    var examiner = FaceExaminer(
      recognizer: recognizer, policy: IdentificationPolicy(), liveness: LivenessCheck(.record), clock: clock)
    let stranger = try standing("astronaut.png", height: 200, x: 200)
    let waiting = try standing("biden.jpg", height: 110, x: 500)
    _ = try show([stranger, waiting], frames: 3, to: &examiner, round: nil, library: library)
    let first = try show([stranger, waiting], frames: 12, to: &examiner, round: Self.round, library: library)
    #expect(names(first).isEmpty)
    let alone = try standing("biden.jpg", height: 180, x: 480)
    let second = try show([alone], frames: 40, to: &examiner, round: Self.round, library: library)
    #expect(names(second).isEmpty)
    clock.advance(by: .milliseconds(40))
    let last = try examiner.examine(frame([alone], number: 41), wanted: Self.round, library: library)
    #expect(last.keepsSomebodyWaiting)
    let next = IdentificationRound(number: 2, amount: 2)
    #expect(try names(show([alone], frames: 6, to: &examiner, round: next, library: library)) == ["joseph"])
  }

  @Test(arguments: [true, false])
  func `An amount keeps its owner while names are not wanted, and when the camera was away`(closes: Bool)
    throws
  {
    let library = try SmallLibrary(["barack": "obama.jpg", "joseph": "biden.jpg"], by: recognizer)
    var examiner = FaceExaminer(
      recognizer: recognizer, policy: IdentificationPolicy(), liveness: LivenessCheck(.record), clock: clock)
    let stranger = try standing("astronaut.png", height: 180, x: 320)
    let next = try standing("biden.jpg", height: 180, x: 320)
    _ = try show([stranger], frames: 4, to: &examiner, round: nil, library: library)
    _ = try show([stranger], frames: 8, to: &examiner, round: Self.round, library: library)
    if closes { _ = examiner.reset() }
    _ = try show([], frames: 8, to: &examiner, round: nil, library: library)
    _ = try show([next], frames: 8, to: &examiner, round: nil, library: library)
    let again = try show([next], frames: 30, to: &examiner, round: Self.round, library: library)
    #expect(names(again).isEmpty)
    #expect(
      try names(
        show(
          [next], frames: 60, to: &examiner, round: IdentificationRound(number: 2, amount: 2),
          library: library)) == ["joseph"])
  }

  @Test func `Two faces equally near are told to come one at a time, and nobody is named`() throws {
    let library = try SmallLibrary(["barack": "obama.jpg", "joseph": "biden.jpg"], by: recognizer)
    var examiner = FaceExaminer(
      recognizer: recognizer, policy: IdentificationPolicy(), liveness: LivenessCheck(.record), clock: clock)
    let both = [
      try standing("obama2.jpg", height: 160, x: 160), try standing("biden.jpg", height: 160, x: 470),
    ]
    let events = try show(both, frames: 6, to: &examiner, round: Self.round, library: library)
    #expect(events.isEmpty)
    clock.advance(by: .milliseconds(40))
    let last = try examiner.examine(frame(both, number: 7), wanted: Self.round, library: library)
    #expect(last.flaws == [.twoFaces])
  }

  @Test func `An empty library names nobody`() throws {
    var examiner = FaceExaminer(
      recognizer: recognizer, policy: IdentificationPolicy(), liveness: LivenessCheck(.record), clock: clock)
    let events = try show(
      [standing("obama2.jpg", height: 180, x: 320)], frames: 12, to: &examiner, round: Self.round,
      library: SmallLibrary(people: []))
    #expect(names(events).isEmpty)
  }

  @Test
  func `Fifty faces in a frame are a crowd: nobody is named, and the nearest are told to come one at a time`()
    throws
  {
    let library = try SmallLibrary(["barack": "obama.jpg", "joseph": "biden.jpg"], by: recognizer)
    var examiner = FaceExaminer(
      recognizer: recognizer, policy: IdentificationPolicy(), liveness: LivenessCheck(.record), clock: clock)
    let heads = try ["obama2.jpg", "biden.jpg"].map { try standing($0, height: 110, x: 0) }
    var crowd = try Frame(width: 1_920, height: 1_080, bgr: [UInt8](repeating: 128, count: 1_920 * 1_080 * 3))
    for number in 0..<50 {
      let head = heads[number % 2]
      crowd = try crowd.composed(
        with: head.picture,
        at: Placement(
          centreX: 96 + Float(number % 10) * 190, centreY: 110 + Float(number / 10) * 210,
          scale: head.height / head.face.height),
        noise: 0, seed: 1)
    }
    for number in 1...10 {
      clock.advance(by: .milliseconds(40))
      let frame = crowd.stamped(sequence: UInt64(number), capturedAt: clock.now)
      let sighting = try examiner.examine(frame, wanted: Self.round, library: library)
      #expect((40...64).contains(sighting.faces))
      #expect(sighting.flaws.contains(.twoFaces))
      #expect(sighting.events.isEmpty)
    }
  }
}
