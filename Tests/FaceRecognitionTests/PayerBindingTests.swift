import CanteenCore
import Testing

@testable import FaceRecognition

/// Whose the locked amount is.
struct PayerBindingTests {
  private typealias Turn = PayerBinding.Turn

  private var binding = PayerBinding()
  private let likeness = FaceLikeness()

  private func at(_ milliseconds: Int) -> MonotonicInstant {
    MonotonicInstant(sinceStart: .milliseconds(milliseconds))
  }

  private func track(_ id: Int, x: Float = 0, size: Float = 100, walks: Bool = false) -> FaceTrack {
    let point = FaceLandmarks.Point(x: x, y: 100)
    var track = FaceTrack(
      id: id, firstSeenAt: at(0), lastSeenAt: at(0),
      face: DetectedFace(
        box: FaceBox(x: x, y: 100, width: size, height: size),
        landmarks: FaceLandmarks(
          rightEye: point, leftEye: point, nose: point, rightMouth: point, leftMouth: point),
        score: 0.9))
    track.speed = walks ? 3 : 0
    return track
  }

  /// A face that looks as much like `other` as the cosine says.
  private func face(_ cosine: Float = 1) throws -> Embedding {
    var values = [Float](repeating: 0, count: Embedding.dimension)
    (values[0], values[1]) = (cosine, (1 - cosine * cosine).squareRoot())
    return try Embedding(scaling: values)
  }

  @Test mutating func `Whoever stood nearest and alone when the amount was locked may pay`() {
    let (near, behind) = (track(1), track(2, x: 300, size: 60))
    binding.lock(present: [near, behind], at: at(0))
    #expect(binding.turn(among: [near, behind], at: at(40)) == .payer(near))
    #expect(binding.turn(among: [track(2, x: 300, size: 150), near], at: at(80)) == .othersAmount)
  }

  @Test mutating func `Nobody else ever pays it, however long after its owner has left`() throws {
    binding.lock(present: [track(1)], at: at(0))
    binding.left(1, anchor: try face())
    for time in stride(from: 40, through: 9_000, by: 40) {
      switch binding.turn(among: [track(2)], at: at(time)) {
      case .claimant(let track):
        #expect(try !binding.isOwner(track.id, showing: face(0.3), by: likeness, at: at(time)))
      case .othersAmount: break
      case let turn: Issue.record("\(turn) at \(time)")
      }
    }
  }

  @Test mutating func `Its owner may come back to it, and is known by the face`() throws {
    binding.lock(present: [track(1)], at: at(0))
    binding.left(1, anchor: try face())
    #expect(binding.turn(among: [track(2)], at: at(400)) == .claimant(track(2)))
    #expect(try binding.isOwner(2, showing: face(0.9), by: likeness, at: at(400)))
    #expect(binding.turn(among: [track(2)], at: at(440)) == .payer(track(2)))
  }

  @Test mutating func `A claimant is looked at twice a second, not in every frame`() throws {
    binding.lock(present: [track(1)], at: at(0))
    binding.left(1, anchor: try face())
    var claims = 0
    for time in stride(from: 0, to: 2_000, by: 40) {
      guard case .claimant = binding.turn(among: [track(2)], at: at(time)) else { continue }
      claims += 1
      _ = try binding.isOwner(2, showing: face(0), by: likeness, at: at(time))
    }
    #expect(claims == 4)
  }

  @Test mutating func `An owner who left before the first look cannot be told from anybody else`() {
    binding.lock(present: [track(1)], at: at(0))
    binding.left(1, anchor: nil)
    #expect(binding.turn(among: [track(2)], at: at(400)) == .othersAmount)
  }

  @Test mutating func `What was seen as two people belongs to neither`() {
    binding.lock(present: [track(1)], at: at(0))
    binding.changed(1)
    #expect(binding.turn(among: [track(1)], at: at(40)) == .othersAmount)
    #expect(binding.turn(among: [track(2)], at: at(4_000)) == .othersAmount)
  }

  @Test mutating func `Of two who stand equally near nobody pays until one has stood alone for a second`() {
    let both = [track(1), track(2, x: 200, size: 95)]
    binding.lock(present: both, at: at(0))
    #expect(binding.turn(among: both, at: at(40)) == .nobody)
    #expect(binding.turn(among: [track(2)], at: at(80)) == .nobody)
    #expect(binding.turn(among: [track(2)], at: at(1_040)) == .nobody)
    #expect(binding.turn(among: [track(2)], at: at(1_080)) == .payer(track(2)))
  }

  @Test mutating func `Whoever may be covered by the nearest counts as there`() {
    binding.lock(present: [track(2, size: 130)], unseen: [track(1, size: 110)], at: at(0))
    #expect(binding.turn(among: [track(2, size: 130)], at: at(40)) == .nobody)
    #expect(binding.turn(among: [track(1)], at: at(600)) == .nobody)
    #expect(binding.turn(among: [track(1)], at: at(1_600)) == .payer(track(1)))
  }

  @Test mutating func `A face that comes and goes from frame to frame leaves nobody alone`() {
    binding.lock(present: [], at: at(0))
    for time in stride(from: 0, to: 4_000, by: 80) {
      #expect(binding.turn(among: [track(1)], unseen: [track(2, x: 200)], at: at(time)) == .nobody)
      #expect(binding.turn(among: [track(2, x: 200)], unseen: [track(1)], at: at(time + 40)) == .nobody)
    }
  }

  @Test mutating func `With nobody there the first who stands near and alone may pay`() {
    binding.lock(present: [], at: at(0))
    #expect(binding.turn(among: [], at: at(40)) == .nobody)
    #expect(binding.turn(among: [track(5, walks: true)], at: at(80)) == .nobody)
    #expect(binding.turn(among: [track(5)], at: at(120)) == .payer(track(5)))
    #expect(binding.turn(among: [track(6, x: 300, size: 150), track(5)], at: at(160)) == .othersAmount)
  }

  @Test mutating func `Somebody who walks past at that moment owns nothing`() {
    binding.lock(present: [track(1, walks: true)], at: at(0))
    #expect(binding.turn(among: [track(1, walks: true)], at: at(40)) == .nobody)
    #expect(binding.turn(among: [track(2)], at: at(400)) == .payer(track(2)))
  }

  @Test mutating func `Who has just paid leaves the next amount to the next, and gets it by staying`() {
    binding.served = [1]
    binding.lock(present: [track(1)], at: at(0))
    #expect(binding.turn(among: [track(1)], at: at(40)) == .nobody)
    var other = binding
    other.left(1, anchor: nil)
    #expect(other.turn(among: [track(2)], at: at(900)) == .payer(track(2)))
    #expect(binding.turn(among: [track(1)], at: at(2_040)) == .payer(track(1)))
  }

  @Test mutating func `In a crowd nobody owns an amount because one measurement made them nearer`() {
    let (one, other) = (track(1, size: 100), track(2, x: 200, size: 81))
    binding.see([one, other], unseen: [], at: at(0))
    let shrunk = track(2, x: 200, size: 79)
    binding.lock(present: [one, shrunk], at: at(40))
    #expect(binding.ownerTrack == nil)
    for time in stride(from: 80, through: 4_000, by: 80) {
      #expect(binding.turn(among: [one, shrunk], at: at(time)) == .nobody)
      #expect(binding.turn(among: [one, other], at: at(time + 40)) == .nobody)
    }
  }

  @Test mutating func `Whoever is just too far away to pay is there all the same`() {
    let both = [track(1, size: 82), track(2, x: 200, size: 79)]
    binding.lock(present: both, at: at(0))
    #expect(binding.turn(among: both, at: at(4_000)) == .nobody)
  }

  @Test mutating func `What hangs or sits too far away to pay owns nothing`() {
    binding.lock(present: [track(1, size: 60)], at: at(0))
    #expect(binding.ownerTrack == nil)
    #expect(binding.turn(among: [track(1, size: 60)], at: at(4_000)) == .nobody)
    let near = track(2, x: 300, size: 150)
    #expect(binding.turn(among: [near, track(1, size: 60)], at: at(4_040)) == .payer(near))
  }

  @Test mutating func `An amount that was refused to who just paid waits until the next has stood there`() {
    binding.served = [1]
    binding.lock(present: [track(2), track(1, x: 300, size: 60)], isHandedOn: true, at: at(0))
    #expect(binding.turn(among: [track(2)], at: at(40)) == .nobody)
    #expect(binding.turn(among: [track(2)], at: at(1_040)) == .payer(track(2)))
  }

  @Test mutating func `The next amount is for whoever is nearest then`() {
    binding.lock(present: [track(1), track(2, x: 300, size: 60)], at: at(0))
    binding.left(1, anchor: nil)
    binding.lock(present: [track(2)], at: at(1_000))
    #expect(binding.turn(among: [track(2)], at: at(1_040)) == .payer(track(2)))
  }
}
