public import CanteenCore
public import FaceRecognition
import FaceIndex
import Foundation
import Imaging

/// Measures how often people are recognised, and strangers too, on photographs it has never seen.
///
/// The first usable shots of each person enrol, the others probe the library of all. Every person is also left out
/// once: all their photographs probe a library without them. One photograph is one presentation with one look, which
/// is harder than the several looks of a till.
public struct FaceTrial {
  private let recognizer: FaceRecognizer
  private let policy: IdentificationPolicy
  private let shotsToEnrol: Int
  private let progress: (Int) -> Void

  /// - Parameters:
  ///   - shotsToEnrol: at most; somebody with fewer photographs enrols with all but one.
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
  public func run(on photos: PhotoSet) throws(TrialError) -> TrialReport {
    var times = StageTimes()
    var refusals: [TrialReport.Refusal] = []
    var people: [Subject] = []
    var done = 0
    for person in photos.people {
      var faces: [Embedding] = []
      for photo in person.photos {
        do {
          faces.append(try embedding(of: photo, &times))
        } catch {
          refusals.append(TrialReport.Refusal(photo: photo.path, reason: error.description))
        }
        done += 1
        progress(done)
      }
      people.append(Subject(name: person.name, faces: faces, shotsToEnrol: shotsToEnrol))
    }
    let enrolled = people.filter { !$0.enrolled.isEmpty }
    guard enrolled.count >= 2, people.contains(where: { !$0.probes.isEmpty }) else { throw .nothingToProbe }
    let presentations = compare(people, &times)
    let model = ScoreModel.assumed
    return TrialReport(
      presentations: presentations, people: people.count, enrolled: enrolled.count,
      templates: enrolled.reduce(0) { $0 + $1.enrolled.count }, photos: photos.photoCount, refusals: refusals,
      point: policy.operatingPoint(for: model, people: enrolled.count), model: model, times: times)
  }

  private func embedding(of photo: URL, _ times: inout StageTimes) throws(EnrolmentError) -> Embedding {
    guard let bytes = FileManager.default.contents(atPath: photo.path) else {
      throw .picture(.unreadable)
    }
    return try times.measure(\.template) { () throws(EnrolmentError) in
      try recognizer.template(fromPhoto: [UInt8](bytes))
    }
  }

  private func compare(_ people: [Subject], _ times: inout StageTimes) -> [Presentation] {
    let library = FaceIndex<String>()
    for person in people where !person.enrolled.isEmpty {
      // Only memory could refuse; the photographs took far more of it.
      try? library.replace(person.name, with: person.enrolled)
    }
    var presentations: [Presentation] = []
    for person in people {
      for probe in person.probes {
        let found = times.measure(\.search) { library.topTwo(of: probe) }
        presentations.append(
          Presentation(of: person.name, isEnrolled: !person.enrolled.isEmpty, found: found))
      }
      library.remove(person.name)
      for face in person.enrolled + person.probes {
        presentations.append(
          Presentation(of: person.name, isEnrolled: false, found: library.topTwo(of: face)))
      }
      if !person.enrolled.isEmpty { try? library.replace(person.name, with: person.enrolled) }
    }
    return presentations
  }
}

/// One person's faces, those that enrol apart from those that probe.
private struct Subject {
  let name: String
  let enrolled: [Embedding]
  let probes: [Embedding]

  init(name: String, faces: [Embedding], shotsToEnrol: Int) {
    self.name = name
    let enrolling = faces.count < 2 ? faces.count : min(shotsToEnrol, faces.count - 1)
    enrolled = Array(faces.prefix(enrolling))
    probes = Array(faces.dropFirst(enrolling))
  }
}
