import CanteenCore
import Imaging
import Testing

@testable import FaceRecognition

/// When a face has shown enough of itself, and what another face leaves it.
struct ExaminedFaceTests {
  private let likeness = FaceLikeness()

  private func at(_ milliseconds: Int) -> MonotonicInstant {
    MonotonicInstant(sinceStart: .milliseconds(milliseconds))
  }

  private func look(_ cosine: Float = 1) throws -> Embedding {
    var values = [Float](repeating: 0, count: Embedding.dimension)
    (values[0], values[1]) = (cosine, (1 - cosine * cosine).squareRoot())
    return try Embedding(scaling: values)
  }

  private func track(_ id: Int, x: Float = 300, first: Int, last: Int) -> FaceTrack {
    let point = FaceLandmarks.Point(x: x, y: 200)
    return FaceTrack(
      id: id, firstSeenAt: at(first), lastSeenAt: at(last),
      face: DetectedFace(
        box: FaceBox(x: x, y: 150, width: 120, height: 120),
        landmarks: FaceLandmarks(
          rightEye: point, leftEye: point, nose: point, rightMouth: point, leftMouth: point), score: 0.9))
  }

  private func examined(replaces other: VanishedFaces.Face? = nil) -> ExaminedFace {
    ExaminedFace(presentAt: .start, infraredAlignment: InfraredAlignment(), replaces: other)
  }

  private let alive = LivenessSample(motion: FaceMotion(turn: 5, turnError: 0.1, travel: 0))

  @Test func `Patience begins anew after a break, for nothing is known of what came meanwhile`() {
    var face = examined()
    _ = face.wantsLivenessSample(at: at(100), isWanted: true)
    _ = face.wantsLivenessSample(at: at(5_000), isWanted: true)
    #expect(face.awaitsSamples(at: at(5_080), infrared: .none))
    #expect(face.awaitsSamples(at: at(5_080), infrared: .awaited))
    for time in stride(from: 5_040, through: 5_800, by: 40) {
      _ = face.wantsLivenessSample(at: at(time), isWanted: true)
    }
    #expect(!face.awaitsSamples(at: at(5_800), infrared: .none))
  }

  @Test func `A refused face is sampled anew before it is judged again`() {
    var face = examined()
    for time in stride(from: 0, through: 800, by: 40) {
      _ = face.wantsLivenessSample(at: at(time), isWanted: true)
    }
    #expect(!face.awaitsSamples(at: at(800), infrared: .none))
    face.decision = .refused(at: at(800), as: nil)
    _ = face.wantsLivenessSample(at: at(840), isWanted: true)
    face.decision = nil
    _ = face.wantsLivenessSample(at: at(880), isWanted: true)
    #expect(face.awaitsSamples(at: at(880), infrared: .none))
  }

  @Test func `What was alive before the first look proves nothing about what was looked at`() throws {
    var face = examined()
    for number in 0..<5 { face.judge.add(alive, at: at(number * 100)) }
    #expect(face.judge.verdict == .alive)
    _ = face.compare(try look(), isWalking: false, by: likeness, at: at(500), frameTime: at(500))
    #expect(face.judge.samples == 0)
  }

  @Test func `Samples that the first look made worthless are gathered again before a name is told`() throws {
    var face = examined()
    for time in stride(from: 0, through: 1_000, by: 40) {
      _ = face.wantsLivenessSample(at: at(time), isWanted: true)
      face.judge.add(alive, at: at(time))
    }
    _ = face.compare(try look(), isWalking: false, by: likeness, at: at(1_000), frameTime: at(1_000))
    #expect(face.awaitsSamples(at: at(1_080), infrared: .none))
  }

  @Test func `A look while walking is compared as well`() throws {
    var face = examined()
    #expect(face.compare(try look(), isWalking: true, by: likeness, at: at(0), frameTime: at(0)) == .same)
    #expect(
      face.compare(try look(0), isWalking: false, by: likeness, at: at(40), frameTime: at(40)) == .doubtful)
    #expect(
      face.compare(try look(0), isWalking: false, by: likeness, at: at(80), frameTime: at(80)) == .other)
  }

  @Test(arguments: [false, true])
  func `The same face after a blink of the camera owes what it owed before, and no more`(owes: Bool) throws {
    let old = VanishedFaces.Face(
      track: track(1, first: 0, last: 900), anchor: try look(), mustProveLife: owes)
    var face = examined(replaces: old)
    #expect(face.mustProveLife)
    _ = face.compare(try look(0.9), isWalking: false, by: likeness, at: at(1_000), frameTime: at(1_000))
    #expect(face.mustProveLife == owes)
  }

  // MARK: Who vanished

  private func room(at milliseconds: Int) throws -> Frame {
    try Frame(width: 640, height: 480, bgr: [UInt8](repeating: 128, count: 640 * 480 * 3))
      .stamped(sequence: 1, capturedAt: at(milliseconds))
  }

  private func described(_ track: FaceTrack) -> VanishedFaces.Face {
    VanishedFaces.Face(track: track, anchor: nil, mustProveLife: false)
  }

  @Test func `A face that comes where another was when frames were lost has a predecessor too`() throws {
    var vanished = VanishedFaces()
    let (old, new) = (track(1, first: 0, last: 0), track(2, first: 600, last: 600))
    _ = vanished.update(present: [old], unseen: [], in: try room(at: 0), describe: described)
    let replaced = vanished.update(present: [new], unseen: [old], in: try room(at: 600), describe: described)
    #expect(replaced[2]?.track.id == 1)
    #expect(vanished.predecessor(of: 2)?.track.id == 1)
    // It holds until the face is good enough to be looked at.
    _ = vanished.update(
      present: [track(2, first: 600, last: 3_000)], unseen: [], in: try room(at: 3_000), describe: described)
    #expect(vanished.predecessor(of: 2)?.track.id == 1)
  }

  @Test func `A phone that is raised from below takes the place it reaches`() throws {
    var vanished = VanishedFaces()
    func phone(y: Float, at last: Int) -> FaceTrack {
      let below = track(2, first: 400, last: last)
      return FaceTrack(
        id: 2, firstSeenAt: below.firstSeenAt, lastSeenAt: below.lastSeenAt,
        face: DetectedFace(
          box: FaceBox(x: 300, y: y, width: 120, height: 120), landmarks: below.face.landmarks, score: 0.9))
    }
    let stranger = track(1, first: 0, last: 360)
    _ = vanished.update(
      present: [phone(y: 340, at: 400)], unseen: [stranger], in: try room(at: 400), describe: described)
    #expect(vanished.predecessor(of: 2) == nil)
    _ = vanished.update(
      present: [phone(y: 250, at: 480)], unseen: [], in: try room(at: 480), describe: described)
    #expect(vanished.predecessor(of: 2)?.track.id == 1)
  }

  @Test func `Who stood behind and steps forward took nobody's place`() throws {
    var vanished = VanishedFaces()
    let front = track(1, x: 100, first: 0, last: 400)
    _ = vanished.update(
      present: [front, track(2, x: 450, first: 0, last: 400)], unseen: [], in: try room(at: 400),
      describe: described)
    _ = vanished.update(
      present: [track(2, x: 420, first: 0, last: 440)], unseen: [front], in: try room(at: 440),
      describe: described)
    _ = vanished.update(
      present: [track(2, x: 120, first: 0, last: 900)], unseen: [], in: try room(at: 900), describe: described
    )
    #expect(vanished.predecessor(of: 2) == nil)
  }
}

struct DepartedFacesTests {
  private func look(_ place: Int) throws -> Embedding {
    var values = [Float](repeating: 0, count: Embedding.dimension)
    values[place] = 1
    return try Embedding(scaling: values)
  }

  @Test func `A face is known again for ten seconds, once`() throws {
    var departed = DepartedFaces()
    let likeness = FaceLikeness()
    departed.add(1, looking: try look(0), at: .start)
    departed.add(2, looking: try look(1), at: .start)
    let soon = MonotonicInstant.start.advanced(by: .seconds(9))
    #expect(try departed.match(look(2), by: likeness, at: soon) == nil)
    #expect(try departed.match(look(1), by: likeness, at: soon) == 2)
    #expect(try departed.match(look(1), by: likeness, at: soon) == nil)
    #expect(try departed.match(look(0), by: likeness, at: soon.advanced(by: .seconds(2))) == nil)
  }
}
