public import CanteenCore
public import FaceRecognition
import Foundation
import Imaging

/// Measures on unseen photographs how often people are recognised and strangers are taken for somebody.
///
/// The first usable shots of each person enrol, the others probe the whole library. Every person is also left
/// out once: all their photographs probe a library without them. One photograph is one presentation with one
/// look, which is harder than the several looks of a till. The threshold follows from the library as it does
/// at a gateway.
public struct FaceEvaluation {
  private let recognizer: FaceRecognizer
  private let policy: IdentificationPolicy
  private let shotsToEnrol: Int
  private let progress: (Int) -> Void

  /// - Parameters:
  ///   - shotsToEnrol: at most; one usable photograph of each person is kept to probe, if there are two.
  ///   - progress: photographs done.
  public init(
    recognizer: FaceRecognizer, policy: IdentificationPolicy, shotsToEnrol: Int,
    progress: @escaping (Int) -> Void
  ) {
    self.recognizer = recognizer
    self.policy = policy
    self.shotsToEnrol = shotsToEnrol
    self.progress = progress
  }

  /// - Throws: ``TrialError/nothingToProbe``.
  public func run(on photos: PhotoSet) throws(TrialError) -> EvaluationReport {
    var times = StageTimes()
    var refusals: [EvaluationReport.Refusal] = []
    var people: [Subject] = []
    var done = 0
    for person in photos.people {
      var faces: [Embedding] = []
      for photo in person.photos {
        do {
          faces.append(try embedding(of: photo, &times))
        } catch {
          refusals.append(EvaluationReport.Refusal(photo: photo.path, reason: error.description))
        }
        done += 1
        progress(done)
      }
      people.append(Subject(number: people.count, faces: faces, shotsToEnrol: shotsToEnrol))
    }
    let library = EvaluationLibrary(of: people)
    guard library.peopleCount >= 2, people.contains(where: { !$0.probes.isEmpty }) else {
      throw .nothingToProbe
    }
    return EvaluationReport(
      presentations: library.presentations(&times), people: people.count, enrolled: library.peopleCount,
      templates: people.reduce(0) { $0 + $1.enrolled.count }, photos: photos.photoCount, refusals: refusals,
      point: policy.operatingPoint(for: library.model, people: library.peopleCount), model: library.model,
      times: times)
  }

  private func embedding(of photo: URL, _ times: inout StageTimes) throws(EnrolmentError) -> Embedding {
    guard let bytes = FileManager.default.contents(atPath: photo.path) else {
      throw .picture(.unreadable)
    }
    return try times.measure(\.template) { () throws(EnrolmentError) in
      try recognizer.template(fromPhoto: [UInt8](bytes))
    }
  }
}
