import CanteenCore
import GatewayStore

/// How alike the enrolled people are: every pair's score, kept up to date person by person.
///
/// Taking one person in or out compares that person with everybody, never everybody with everybody.
struct LookAlikeIndex: Sendable {
  struct Person: Sendable, Equatable {
    let id: OutUserID
    let templates: [Embedding]
    /// ``GuardianAccount/key``; equal for siblings.
    let guardianKey: String?
  }

  /// Pairs below are not remembered, and never count as look-alikes whatever the library's scores say.
  static let leastLookAlike: Float = 0.3

  private var faces = FaceTable()
  private var people: [OutUserID: Person] = [:]
  private var fit = ScoreModelFit()
  private var near: [PersonPair: Float] = [:]
  private var confirmed: Set<PersonPair> = []

  var count: Int { people.count }
  var model: ScoreModel { fit.model }

  /// The operating point for this library, with so many more people in it.
  func operatingPoint(morePeople: Int = 0) -> OperatingPoint {
    IdentificationPolicy().operatingPoint(for: model, people: count + morePeople)
  }

  /// Takes a person in, or replaces them.
  mutating func update(_ person: Person) {
    guard people[person.id] != person else { return }
    remove(person.id)
    let scores = faces.scores(of: person.templates)
    faces.insert(person.id, person.templates)
    people[person.id] = person
    fit.add(
      person.id, scores: unexplained(scores, with: person),
      betweenShots: person.templates.cosinesWithEachOther)
    for (other, score) in scores where score >= Self.leastLookAlike {
      near[PersonPair(person.id, other)] = score
    }
  }

  mutating func remove(_ id: OutUserID) {
    guard let person = people.removeValue(forKey: id) else { return }
    faces.remove(id)
    let scores = faces.scores(of: person.templates)
    fit.remove(
      id, scores: unexplained(scores, with: person), betweenShots: person.templates.cosinesWithEachOther)
    for (other, _) in scores { near[PersonPair(id, other)] = nil }
  }

  /// Replaces the pairs that staff vouched for as two people.
  mutating func confirm(_ pairs: Set<PersonPair>) {
    for pair in confirmed.symmetricDifference(pairs) {
      let person = people[pair.first]
      remove(pair.first)
      confirmed.formSymmetricDifference([pair])
      if let person { update(person) }
    }
  }

  /// The pairs of people whose faces cannot safely be told apart.
  func lookAlikes(at point: OperatingPoint) -> [PersonPair: Float] {
    let least = max(point.alike, Self.leastLookAlike)
    return near.filter { $0.value >= least }
  }

  /// Who looks like these templates, the most alike first.
  func resembling(_ templates: [Embedding], except id: OutUserID, from score: Float)
    -> [(id: OutUserID, score: Float)]
  {
    faces.scores(of: templates).filter { $0.id != id && $0.score >= score }.sorted { $0.score > $1.score }
  }

  /// The scores without siblings and confirmed pairs, who are alike for a reason that says nothing about
  /// strangers.
  private func unexplained(_ scores: [(id: OutUserID, score: Float)], with person: Person)
    -> [(OutUserID, Float)]
  {
    scores.filter { other in
      let guardian = people[other.id]?.guardianKey
      return (guardian == nil || guardian != person.guardianKey)
        && !confirmed.contains(PersonPair(person.id, other.id))
    }.map { ($0.id, $0.score) }
  }
}
