import CanteenCore
import CanteenTestSupport
import Testing

/// Who is charged, who is asked and who is sent to the staff.
struct LookAlikeRuleTests {
  private let mother = GuardianAccount.sample("mother", tail: "1234")
  private let father = GuardianAccount.sample("father", tail: "5678")

  private func question(_ people: LibraryPerson...) -> LookAlikeQuestion { .sample(people) }

  @Test func `Look-alikes on one account are charged without a question, the likeliest first`() throws {
    let (first, second) = (
      try LibraryPerson.sample("s00001", mother), try LibraryPerson.sample("s00002", mother)
    )
    guard case .anyOfThem(let identification) = question(first, second).way else {
      Issue.record("asked for nothing")
      return
    }
    #expect(identification.user == first.user)
    #expect(identification.indistinct == [second.user])
    #expect(identification.evidence.secondFactor == .sameAccount)
  }

  @Test func `Look-alikes on two accounts are told by the phone tail, whoever is likelier`() throws {
    let (first, second) = (
      try LibraryPerson.sample("s00001", mother), try LibraryPerson.sample("s00002", father)
    )
    let question = question(first, second)
    #expect(question.way == .phoneTail)
    let identification = try #require(question.identification(by: father.phoneTail))
    #expect(identification.user == second.user)
    #expect(identification.indistinct.isEmpty)
    #expect(identification.evidence.secondFactor == .phoneTail)
  }

  @Test func `A tail of nobody in question names nobody`() throws {
    let question = question(try .sample("s00001", mother), try .sample("s00002", father))
    #expect(question.identification(by: try #require(PhoneTail("9999"))) == nil)
  }

  @Test func `Of three, the tail of a shared account leaves those two, and not the third`() throws {
    let people = [
      try LibraryPerson.sample("s00001", father), try LibraryPerson.sample("s00002", mother),
      try LibraryPerson.sample("s00003", mother),
    ]
    let identification = try #require(LookAlikeQuestion.sample(people).identification(by: mother.phoneTail))
    #expect(identification.user == people[1].user)
    #expect(identification.indistinct == [people[2].user])
  }

  @Test func `Without a phone for everybody nobody is asked, and no tail names anybody`() throws {
    let question = question(try .sample("s00001", mother), try .sample("s00002", nil))
    #expect(question.way == .staff(.noPhone))
    #expect(question.identification(by: mother.phoneTail) == nil)
  }

  @Test func `Two accounts whose phones end alike cannot be told, and no tail names anybody`() throws {
    let question = question(
      try .sample("s00001", mother), try .sample("s00002", .sample("uncle", tail: "1234")))
    #expect(question.way == .staff(.sameTail))
    #expect(question.identification(by: mother.phoneTail) == nil)
  }

  @Test func `A typed tail cannot be read from a description or a dump`() {
    var dumped = ""
    dump(CheckoutSession.Event.phoneTail(mother.phoneTail), to: &dumped)
    #expect(!dumped.contains("1234"))
    #expect(!"\(CheckoutSession.Event.phoneTail(mother.phoneTail))".contains("1234"))
  }
}
