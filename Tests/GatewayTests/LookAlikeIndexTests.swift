import CanteenCore
import CanteenTestSupport
import GatewayStore
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(5)))
struct LookAlikeIndexTests {
  private let people: [LookAlikeIndex.Person]

  init() throws {
    var world = SyntheticFaces(seed: 11)
    people = try (0..<120).map { number in
      let face = world.face()
      return LookAlikeIndex.Person(
        id: try OutUserID("s\(10_000 + number)"),
        templates: try (0..<1 + number % 3).map { _ in
          try SyntheticFaces.embedding(world.shot(of: face))
        }, guardianKey: nil)
    }
  }

  private func census(_ people: some Sequence<LookAlikeIndex.Person>) -> LookAlikeIndex {
    var census = LookAlikeIndex()
    for person in people { census.update(person) }
    return census
  }

  private func twin(of person: LookAlikeIndex.Person, as id: String, guardianKey: String? = nil) throws
    -> LookAlikeIndex.Person
  {
    LookAlikeIndex.Person(id: try OutUserID(id), templates: person.templates, guardianKey: guardianKey)
  }

  @Test func `Changes one by one end where a fresh comparison of everybody does`() throws {
    var changed = census(people.reversed())
    for person in people[..<40] {
      changed.update(LookAlikeIndex.Person(id: person.id, templates: people[50].templates, guardianKey: "k"))
    }
    for person in people[20..<30] { changed.remove(person.id) }
    for person in people[..<40] { changed.update(person) }
    let fresh = census(people)
    #expect(changed.model == fresh.model)
    let point = fresh.operatingPoint()
    #expect(changed.lookAlikes(at: point) == fresh.lookAlikes(at: point))
  }

  @Test func `Two people with one face are a pair, by their best shots`() throws {
    var census = census(people)
    census.update(try twin(of: people[2], as: "twin01"))
    let score = try #require(
      census.lookAlikes(at: census.operatingPoint())[PersonPair(people[2].id, try OutUserID("twin01"))])
    #expect(abs(score - 1) < 1e-5)
    census.remove(people[2].id)
    #expect(census.lookAlikes(at: census.operatingPoint()).keys.allSatisfy { $0.first != people[2].id })
  }

  @Test func `Confirmed twins and siblings on one account do not widen the model, others do`() throws {
    let before = census(people).model
    var strangers = census(people)
    var siblings = census(
      people.map { LookAlikeIndex.Person(id: $0.id, templates: $0.templates, guardianKey: "k-\($0.id)") })
    let twins = try people[..<15].map {
      try twin(of: $0, as: "t-\($0.id)", guardianKey: "k-\($0.id)")
    }
    for twin in twins {
      strangers.update(twin)
      siblings.update(twin)
    }
    let wide = strangers.model.impostors.deviation
    #expect(wide > before.impostors.deviation * 1.15)
    #expect(siblings.model.impostors.deviation < wide * 0.9)
    strangers.confirm(Set(zip(people, twins).map { PersonPair($0.id, $1.id) }))
    #expect(strangers.model == siblings.model)
    strangers.confirm([])
    #expect(strangers.model.impostors.deviation == wide)
  }
}
