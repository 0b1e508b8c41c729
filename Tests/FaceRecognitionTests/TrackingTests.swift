import CanteenCore
import FaceRecognition
import Testing

struct FaceTrackerTests {
  private func face(x: Float, y: Float = 100, size: Float = 100) -> DetectedFace {
    let point = FaceLandmarks.Point(x: x, y: y)
    return DetectedFace(
      box: FaceBox(x: x, y: y, width: size, height: size),
      landmarks: FaceLandmarks(
        rightEye: point, leftEye: point, nose: point, rightMouth: point, leftMouth: point),
      score: 0.9)
  }

  private func at(_ milliseconds: Int) -> MonotonicInstant {
    MonotonicInstant(sinceStart: .milliseconds(milliseconds))
  }

  @Test func `A face that moves a little keeps its track`() {
    var tracker = FaceTracker()
    let ids = (0..<10).map { tracker.update(with: [face(x: Float($0) * 15)], at: at($0 * 40)).present[0].id }
    #expect(Set(ids).count == 1)
  }

  @Test func `Two people who stand side by side are not mixed up`() {
    var tracker = FaceTracker()
    let first = tracker.update(with: [face(x: 0), face(x: 300, size: 120)], at: at(0))
    let second = tracker.update(with: [face(x: 305, size: 118), face(x: 5)], at: at(40))
    #expect(first.present.map(\.id) == second.present.map(\.id))
    #expect(second.present[0].face.box.x == 305)
  }

  @Test func `A face that takes over another's box with its points elsewhere is somebody else`() {
    var tracker = FaceTracker()
    let first = tracker.update(with: [face(x: 100)], at: at(0)).present[0].id
    let box = FaceBox(x: 100, y: 100, width: 100, height: 100)
    let other = DetectedFace(box: box, landmarks: face(x: 160).landmarks, score: 0.9)
    #expect(tracker.update(with: [other], at: at(40)).present[0].id != first)
  }

  @Test func `Of two faces that could continue one track the surer one does`() {
    var tracker = FaceTracker()
    let id = tracker.update(with: [face(x: 0)], at: at(0)).present[0].id
    let next = tracker.update(with: [face(x: 38, size: 110), face(x: 3)], at: at(40)).present
    #expect(next.first { $0.face.box.x == 3 }?.id == id)
    #expect(next.first { $0.face.box.x == 38 }?.id != id)
  }

  @Test func `A face that jumps is somebody else`() {
    var tracker = FaceTracker()
    let first = tracker.update(with: [face(x: 0)], at: at(0)).present[0].id
    let second = tracker.update(with: [face(x: 400)], at: at(40)).present[0].id
    #expect(first != second)
  }

  @Test func `A face has left after its patience, once, and its track is not used again`() {
    var tracker = FaceTracker()
    let id = tracker.update(with: [face(x: 0)], at: at(0)).present[0].id
    #expect(tracker.update(with: [], at: at(500)).left == [])
    #expect(tracker.update(with: [], at: at(501)).left.map(\.id) == [id])
    #expect(tracker.update(with: [], at: at(600)).left == [])
    #expect(tracker.update(with: [face(x: 0)], at: at(640)).present[0].id != id)
  }

  @Test func `Frames that were missing for longer end a track, whoever stands at its place afterwards`() {
    var tracker = FaceTracker()
    let id = tracker.update(with: [face(x: 0)], at: at(0)).present[0].id
    let after = tracker.update(with: [face(x: 0)], at: at(2_000))
    #expect(after.present[0].id != id && after.left.map(\.id) == [id])
  }

  @Test func `A face that three frames in a row do not show has left`() {
    var tracker = FaceTracker()
    let id = tracker.update(with: [face(x: 0)], at: at(0)).present[0].id
    #expect(tracker.update(with: [], at: at(33)).unseen.map(\.id) == [id])
    #expect(tracker.update(with: [], at: at(66)).left == [])
    #expect(tracker.update(with: [], at: at(99)).left.map(\.id) == [id])
  }

  @Test func `A face that is suddenly much larger is somebody else's`() {
    var tracker = FaceTracker()
    let first = tracker.update(with: [face(x: 100)], at: at(0)).present[0].id
    let update = tracker.update(with: [face(x: 70, y: 70, size: 160)], at: at(40))
    #expect(update.present[0].id != first)
    #expect(update.unseen.map(\.id) == [first])
  }

  @Test func `Somebody who walks is told from somebody who stands`() {
    var tracker = FaceTracker()
    var track = tracker.update(with: [face(x: 0)], at: at(0)).present[0]
    #expect(track.isWalking, "nobody knows yet")
    for frame in 1...6 {
      track = tracker.update(with: [face(x: Float(frame) * 8)], at: at(frame * 40)).present[0]
    }
    #expect(track.isWalking)
    for frame in 7...9 { track = tracker.update(with: [face(x: 49)], at: at(frame * 40)).present[0] }
    #expect(!track.isWalking)
  }

  @Test func `A track that turns out to be another person goes on under a number of its own`() {
    var tracker = FaceTracker()
    let id = tracker.update(with: [face(x: 0)], at: at(0)).present[0].id
    let (new, again) = (tracker.split(id), tracker.split(id))
    #expect(new != nil && new?.id != id && again == nil)
    #expect(tracker.update(with: [face(x: 3)], at: at(40)).present[0].id == new?.id)
  }

  @Test func `A blink of the detector does not lose the face`() {
    var tracker = FaceTracker()
    let id = tracker.update(with: [face(x: 0)], at: at(0)).present[0].id
    _ = tracker.update(with: [], at: at(40))
    #expect(tracker.update(with: [face(x: 4)], at: at(80)).present[0].id == id)
  }

  @Test func `Closing the camera ends every track`() {
    var tracker = FaceTracker()
    let ids = tracker.update(with: [face(x: 0), face(x: 300)], at: at(0)).present.map(\.id)
    #expect(Set(tracker.reset()) == Set(ids))
    #expect(tracker.reset().isEmpty)
  }
}

struct QualityGateTests {
  private func quality(
    height: Float = 200, share: Float = 0.4, sharpness: Float = 200, brightness: Float = 120,
    turn: Float = 0.05,
    cutOff: Float = 0, evenness: Float = 0.3
  ) -> FaceQuality {
    FaceQuality(
      height: height, share: share, sharpness: sharpness, brightness: brightness, turn: turn, cutOff: cutOff,
      evenness: evenness)
  }

  @Test func `A good face passes`() {
    #expect(QualityGate().flaws(of: quality()).isEmpty)
  }

  @Test func `Each flaw is named`() {
    let gate = QualityGate()
    #expect(gate.flaws(of: quality(height: 60)) == [.tooFar])
    #expect(gate.flaws(of: quality(share: 0.95)) == [.tooNear])
    #expect(gate.flaws(of: quality(cutOff: 0.3)) == [.cutOff])
    #expect(gate.flaws(of: quality(brightness: 20)) == [.tooDark])
    #expect(gate.flaws(of: quality(brightness: 250)) == [.tooBright])
    #expect(gate.flaws(of: quality(turn: 0.6)) == [.turned])
    #expect(gate.flaws(of: quality(sharpness: 3)) == [.blurred])
    #expect(gate.flaws(of: quality(evenness: 0.05)) == [.blurred])
  }

  @Test(arguments: QualityGate.Flaw.allCases)
  func `Every flaw has words for the student in both languages`(flaw: QualityGate.Flaw) {
    #expect(!flaw.guidance.zh.isEmpty && flaw.guidance.zh != flaw.guidance.en)
  }
}
