import CanteenCore
import CanteenTestSupport
import FaceRecognition

/// A library of a few people, searched one by one.
struct SmallLibrary: FaceSearch {
  let people: [(LibraryPerson, Embedding)]

  init(people: [(LibraryPerson, Embedding)]) {
    self.people = people
  }

  /// - Parameter portraits: name of each person's portrait, by the person's number.
  init(_ portraits: [String: String], by recognizer: FaceRecognizer) throws {
    self.init(
      people: try portraits.map { id, portrait in
        (
          LibraryPerson(
            user: RecognisedUser(outUserID: try OutUserID(id), platformUserID: "", displayName: id)),
          try recognizer.template(fromPhoto: TestMaterial.portrait(portrait))
        )
      })
  }

  func match(_ face: Embedding) -> LibraryMatch {
    let ranked = people.map { LibraryMatch.Candidate(person: $0.0, cosine: face.cosine(to: $0.1)) }
      .sorted { $0.cosine > $1.cosine }
    return LibraryMatch(best: ranked.first, runnerUp: ranked.dropFirst().first, libraryVersion: 1)
  }

  func operatingPoint(for policy: IdentificationPolicy) -> OperatingPoint {
    policy.operatingPoint(for: .assumed, people: people.count)
  }
}
