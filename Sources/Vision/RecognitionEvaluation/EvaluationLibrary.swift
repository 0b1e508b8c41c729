import CanteenCore
import FaceIndex

/// One person's faces, those that enrol apart from those that probe.
struct Subject {
  let id: OutUserID
  let enrolled: [Embedding]
  let probes: [Embedding]

  /// - Parameter number: tells the person from the others of the trial; folders may have any name.
  init(number: Int, faces: [Embedding], shotsToEnrol: Int) {
    guard let id = try? OutUserID("person-\(number)") else { preconditionFailure("a number makes a name") }
    self.id = id
    let enrolling = faces.count < 2 ? faces.count : min(shotsToEnrol, faces.count - 1)
    enrolled = Array(faces.prefix(enrolling))
    probes = Array(faces.dropFirst(enrolling))
  }
}

/// The library of a trial: everybody's first shots, and the score model that follows from them.
struct EvaluationLibrary {
  /// As a gateway would publish it: the assumed one until enough people are enrolled.
  let model: ScoreModel
  let peopleCount: Int

  private let subjects: [Subject]
  private let faces = FaceIndex<OutUserID>()

  init(of subjects: [Subject]) {
    self.subjects = subjects
    var fit = ScoreModelFit()
    for subject in subjects where !subject.enrolled.isEmpty {
      let scores = faces.neighbours(of: subject.enrolled, above: -1).lazy.map { ($0.owner, $0.cosine) }
      fit.add(subject.id, scores: scores, betweenShots: subject.enrolled.cosinesWithEachOther)
      Self.enrol(subject, in: faces)
    }
    model = fit.model
    peopleCount = fit.people
  }

  /// Searches every probe in the whole library, and all faces of each person in one without that person.
  func presentations(_ times: inout StageTimes) -> [Presentation] {
    var presentations: [Presentation] = []
    for subject in subjects {
      for probe in subject.probes {
        let found = times.measure(\.search) { faces.topTwo(of: probe) }
        presentations.append(
          Presentation(of: subject.id, isEnrolled: !subject.enrolled.isEmpty, found: found))
      }
      faces.remove(subject.id)
      for face in subject.enrolled + subject.probes {
        presentations.append(Presentation(of: subject.id, isEnrolled: false, found: faces.topTwo(of: face)))
      }
      Self.enrol(subject, in: faces)
    }
    return presentations
  }

  private static func enrol(_ subject: Subject, in faces: FaceIndex<OutUserID>) {
    // Only memory could refuse; the photographs took far more of it.
    if !subject.enrolled.isEmpty { try? faces.replace(subject.id, with: subject.enrolled) }
  }
}
