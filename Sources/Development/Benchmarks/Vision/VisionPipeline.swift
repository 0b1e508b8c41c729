import CanteenCore
import FaceIndex
import FaceRecognition
import Foundation
import Glibc
import Imaging

/// The till's vision on a film: follows every frame, and asks for a name when somebody new stands there.
struct VisionPipeline {
  private static let strangersInLibrary = 1_000

  private let clock = FilmClock()
  private var examiner: FaceExaminer
  private let library: BenchLibrary
  private let recognizer: FaceRecognizer
  private var round = 0
  /// What the recogniser had made when the visitor came who stands there now.
  private var embeddingsBefore = 0

  private(set) var times = FrameTimes()
  private(set) var framesWithFace: Set<Int> = []
  private(set) var framesEmbedded: Set<Int> = []
  private(set) var visits = 0
  private(set) var decisionMilliseconds: [Double] = []
  /// Of each visitor who was named, until then.
  private(set) var embeddingsUntilNamed: [Double] = []

  init(models: URL, portraits: URL) throws {
    let recognizer = try FaceRecognizer(models: RecognitionModels(folder: models))
    self.recognizer = recognizer
    library = try BenchLibrary(
      enrolled: ["obama.jpg", "biden.jpg"].map { name in
        try recognizer.template(fromPhoto: [UInt8](Data(contentsOf: portraits.appending(path: name))))
      }, madeUp: Self.strangersInLibrary)
    examiner = FaceExaminer(
      recognizer: recognizer, policy: IdentificationPolicy(), liveness: LivenessCheck(.record), clock: clock)
  }

  mutating func look(at frame: Frame, arrived: Duration, number: Int = 0) throws {
    let arrival = MonotonicInstant(sinceStart: arrived)
    let frame = frame.stamped(sequence: UInt64(number + 1), capturedAt: arrival)
    clock.begin(arrival)
    let embeddings = recognizer.embeddingsMade
    let (wall, cpu) = (SuspendingClock.now, Taken.processTime())
    let sighting = try examiner.examine(
      frame, wanted: IdentificationRound(number: round, amount: round), library: library)
    times.add(frame: number, wall: wall.duration(to: .now), cpu: Taken.processTime() - cpu)
    if sighting.faces > 0 { framesWithFace.insert(number) }
    if recognizer.embeddingsMade > embeddings { framesEmbedded.insert(number) }
    for event in sighting.events {
      switch event {
      case .present:
        round += 1
        visits += 1
        embeddingsBefore = embeddings
      case .identified(let found):
        decisionMilliseconds.append(found.evidence.milliseconds.faceToDecision)
        embeddingsUntilNamed.append(Double(recognizer.embeddingsMade - embeddingsBefore))
      case .nearest, .left, .cameBack, .ownsAmount, .claimRefused, .lookAlikes, .notRecognised, .artefact:
        break
      }
    }
  }
}

/// The people of the film among made-up ones.
private final class BenchLibrary: FaceSearch {
  private let index = FaceIndex<OutUserID>()

  init(enrolled: [Embedding], madeUp: Int) throws {
    for (number, face) in enrolled.enumerated() {
      try index.replace(try OutUserID("pupil\(number)"), with: [face])
    }
    var random = SystemRandomNumberGenerator()
    for number in 0..<madeUp {
      let face = (0..<Embedding.dimension).map { _ in Float.random(in: -1...1, using: &random) }
      try index.replace(try OutUserID("other\(number)"), with: [Embedding(scaling: face)])
    }
  }

  func match(_ face: Embedding) -> LibraryMatch {
    let found = index.topTwo(of: face)
    return LibraryMatch(
      best: found.best.map(candidate), runnerUp: found.runnerUp.map(candidate), libraryVersion: 1)
  }

  func operatingPoint(for policy: IdentificationPolicy) -> OperatingPoint {
    policy.operatingPoint(for: .assumed, people: index.peopleCount)
  }

  private func candidate(_ found: TopTwo<OutUserID>.Candidate) -> LibraryMatch.Candidate {
    LibraryMatch.Candidate(
      person: LibraryPerson(
        user: RecognisedUser(outUserID: found.owner, platformUserID: "", displayName: "")),
      cosine: found.cosine)
  }
}
