import CanteenCore
import CanteenTestSupport
import GatewayProtocol
import GatewayStore
import Testing

struct PeopleChecks {
  let subject: StoreUnderTest
  private var store: any SchoolStore { subject.store }

  init(subject: StoreUnderTest) {
    self.subject = subject
  }

  private func changed(after version: Int64) async throws -> [String] {
    try await store.changes(after: version, atMost: 99).map { $0.user.user.outUserID.text }
  }

  func peopleAreKept() async throws {
    let alipay = try PlatformID("alipay")
    let (one, other) = (
      try EnrolledUser.sample("s00001"), try EnrolledUser.sample("s00002", platform: alipay)
    )
    try await store.save(other, at: noon)
    try await store.save(one, at: noon)
    let everybody = try await subject.afterDeath()
    #expect(try await everybody.people() == [one, other])
    #expect(try await everybody.person(try OutUserID("s00002")) == other)
    #expect(try await everybody.person(try OutUserID("s00003")) == nil)

    let version = try await everybody.libraryVersion()
    #expect(try await everybody.changes(after: 0, atMost: 99).map(\.version).last == version)
    let again = EnrolledUser(
      user: RecognisedUser(
        outUserID: one.user.outUserID, platform: alipay, platformUserID: "2088", displayName: "乙"),
      mayPay: false, shots: one.shots)
    try await everybody.save(again, at: noon)
    #expect(try await everybody.person(one.user.outUserID) == again)
    let changes = try await everybody.changes(after: version, atMost: 99)
    #expect(changes.map(\.user) == [again])
    #expect(try await everybody.libraryVersion() == changes.last?.version)
    #expect(try await everybody.changes(after: 0, atMost: 1).map(\.user) == [other], "oldest change first")
  }

  func forgettingStands() async throws {
    let user = try EnrolledUser.sample("s00001")
    let other = EnrolledUser(user: user.user, mayPay: false, shots: user.shots)
    let stores = [store, subject.replica]
    let added = try await withThrowingTaskGroup(of: Bool.self) { group in
      for turn in 0..<6 {
        group.addTask {
          try await stores[turn % 2].save(user, insteadOf: nil, confirmedAgainst: [], at: noon)
        }
      }
      return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    #expect(added == 1)
    #expect(try await store.save(other, insteadOf: user, confirmedAgainst: [], at: noon))
    #expect(try await !store.save(user, insteadOf: user, confirmedAgainst: [], at: noon), "it is another")
    #expect(try await store.forget(user.user.outUserID))
    let version = try await store.libraryVersion()
    #expect(try await !store.save(user, insteadOf: other, confirmedAgainst: [], at: noon))
    #expect(try await store.people().isEmpty)
    #expect(try await store.libraryVersion() == version)
    #expect(try await store.save(user, insteadOf: nil, confirmedAgainst: [], at: noon), "enrolled anew")
  }

  func forgottenIsGone() async throws {
    let ids = try ["s00001", "s00002", "s00003"].map { try OutUserID($0) }
    for id in ids { try await store.save(try .sample(id.text), at: noon) }
    try await store.save(try .sample("s00002"), confirmedAgainst: [ids[0]], at: noon)
    try await publish([PersonPair(ids[0], ids[1]): 0.5])
    #expect(try await store.replace(.none, by: UserBars([.school]), of: ids[0], telling: []))

    let version = try await store.libraryVersion()
    #expect(try await store.forget(ids[0]))
    #expect(try await !store.forget(ids[0]))
    #expect(try await store.person(ids[0]) == nil)
    #expect(try await store.people().map(\.user.outUserID) == [ids[1], ids[2]])
    let changes = try await store.changes(after: version, atMost: 99)
    #expect(changes.map(\.user.user.outUserID) == [ids[0], ids[1]], "and whoever looked alike")
    let left = try #require(changes.first?.user)
    #expect((left.user.displayName, left.user.platformUserID, left.mayPay) == ("", "", false))
    #expect(left.shots == nil && left.sealedGuardian == nil)
    #expect(try await store.bars(of: ids[0]) == nil)
    #expect(try await store.barredPeople().isEmpty)
    #expect(try await store.published().pairs.isEmpty)
    #expect(try await store.confirmedPairs().isEmpty)
  }

  func barsAreToldOnce() async throws {
    let (till, user) = (try await store.pair("till-1"), try OutUserID("s00001"))
    let event = AddressedEvent(.told(.leaseChanged), to: .everyTill)
    let (blocked, both) = (UserBars([.school]), UserBars([.advances, .school]))
    #expect(
      try await !store.replace(.none, by: blocked, of: user, telling: [event]), "nobody has this number")
    try await store.save(try .sample("s00001"), at: noon)
    let version = try await store.libraryVersion()
    #expect(try await store.replace(.none, by: blocked, of: user, telling: [event]))
    #expect(try await !store.replace(.none, by: blocked, of: user, telling: [event]), "it is not as read")
    #expect(try await store.replace(blocked, by: both, of: user, telling: []))
    #expect(try await store.bars(of: user) == both)
    #expect(try await store.barredPeople() == [user: both])
    #expect(try await store.replace(both, by: .none, of: user, telling: [event]))
    #expect(try await store.bars(of: user) == UserBars.none)
    #expect(try await store.storedEvents(for: till, after: 0, atMost: 9).count == 2)
    #expect(try await store.libraryVersion() == version, "tills are told, and keep the face")

    #expect(try await store.replace(.none, by: blocked, of: user, telling: []))
    try await store.save(try .sample("s00001"), at: noon)
    #expect(try await store.bars(of: user) == blocked, "a new photograph lifts no bar")
  }

  func contracts() async throws {
    for (id, mayPay) in [("s00001", false), ("s00002", true), ("s00003", true), ("s00004", false)] {
      try await store.save(try .sample(id, mayPay: mayPay), at: noon)
    }
    let (unsigned, ended) = (try OutUserID("s00001"), try OutUserID("s00003"))
    let byThePlatform = UserBars([.contract, .platform])
    #expect(try await store.replace(.none, by: byThePlatform, of: ended, telling: []))
    #expect(try await store.forget(try OutUserID("s00004")))
    let signed = try OutUserID("s00002")
    #expect(try await store.replace(.none, by: UserBars([.school, .advances]), of: signed, telling: []))
    func question(_ user: OutUserID, isUrgent: Bool) -> StandingQuestion {
      StandingQuestion(user: user, platform: .weChatPay, isUrgent: isUrgent)
    }
    #expect(
      try await store.standingQuestions() == [
        question(unsigned, isUrgent: true), question(signed, isUrgent: false),
        question(ended, isUrgent: true),
      ])

    let version = try await store.libraryVersion()
    let stores = [store, subject.replica]
    let admitted = try await withThrowingTaskGroup(of: Bool.self) { group in
      for turn in 0..<6 { group.addTask { try await stores[turn % 2].admit(unsigned, as: "P-new") } }
      return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    #expect(admitted == 1)
    let person = try #require(try await store.person(unsigned))
    #expect(person.mayPay)
    #expect(person.user.platformUserID == "P-new")
    #expect(try await changed(after: version) == ["s00001"])
    #expect(try await store.standingQuestions().filter(\.isUrgent).map(\.user) == [ended])
    #expect(try await !store.admit(try OutUserID("s00004"), as: "P"), "who is forgotten stays forgotten")
  }

  func publication() async throws {
    let ids = try ["s00001", "s00002", "s00003"].map { try OutUserID($0) }
    #expect(
      try await store.published()
        == PublishedLookAlikes(pairs: [:], model: nil, newest: nil, libraryVersion: 0))
    for id in ids { try await store.save(try .sample(id.text), at: noon) }
    let version = try await store.libraryVersion()
    let model = ScoreModel(impostors: .assumed, scatter: 0.07)
    let pairs = [PersonPair(ids[2], ids[0]): Float(0.5)]
    let found = LookAlikePublication(pairs: pairs, model: model, people: 3, sentAgain: [ids[2], ids[0]])
    #expect(try await !store.publish(found, ifLibraryIs: version - 1))
    #expect(try await store.published().pairs.isEmpty)
    #expect(try await store.publish(found, ifLibraryIs: version))

    let published = try await store.published()
    #expect(published.pairs == pairs)
    #expect((published.model, published.newest) == (model, ids[0]))
    #expect(published.libraryVersion == version + 2)
    let part = try await store.libraryPart(after: version, atMost: 99)
    #expect(part.changes.map(\.user.user.outUserID) == [ids[2], ids[0]])
    #expect(part.lookAlikes == [ids[0]: [ids[2]], ids[2]: [ids[0]]])
    #expect(part.scoreModel == model)
    #expect(try await store.libraryPart(after: 0, atMost: 1).lookAlikes.isEmpty, "only of those who changed")
    #expect(try await !store.publish(found, ifLibraryIs: version), "the library went on")
  }

  private func publish(_ pairs: [PersonPair: Float]) async throws {
    let publication = LookAlikePublication(pairs: pairs, model: .assumed, people: 3, sentAgain: [])
    #expect(try await store.publish(publication, ifLibraryIs: store.libraryVersion()))
  }
}
