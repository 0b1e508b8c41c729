import CanteenCore
import Concurrency
import Foundation
import GatewayProtocol
import GatewayStore
import Imaging
import Logging

/// Compares the enrolled people with each other, in the background, and publishes who looks like whom.
actor LookAlikeService {
  /// Several changes within this time are compared together.
  static let pause: Duration = .seconds(5)
  private static let page = 200

  private let store: any PeopleStore
  private let templates: TemplateVault
  private let guardians: GuardianVault
  private let clock: any MonotonicClock
  private let logger: Logger
  private let executor = BlockingExecutor(label: "canteen.lookAlikes")
  private let signal = WakeSignal()

  private var census = LookAlikeIndex()
  /// Version of the library up to which the census has everybody.
  private var seen: Int64 = 0
  private var unusable: [OutUserID: EnrolledPerson.EnrolAnew] = [:]

  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  init(
    store: any PeopleStore, templates: TemplateVault, guardians: GuardianVault, clock: any MonotonicClock,
    logger: Logger
  ) {
    self.store = store
    self.templates = templates
    self.guardians = guardians
    self.clock = clock
    self.logger = logger
  }

  /// Works until cancelled.
  func run() async {
    var failed = false
    var told = 0
    while !Task.isCancelled {
      do {
        try await compare()
        failed = false
        if unusable.count > told {
          logger.warning(
            "People must be enrolled anew; `canteenctl look-alikes` lists them",
            metadata: ["people": "\(unusable.count)"])
        }
        told = unusable.count
      } catch {
        if !failed { logger.error("People were not compared", metadata: ["error": "\(error)"]) }
        failed = true
      }
      await signal.wait(atMost: .seconds(3_600), on: self.clock)
      try? await clock.sleep(for: Self.pause)
    }
  }

  /// Somebody was enrolled or forgotten; returns at once.
  nonisolated func libraryChanged() {
    signal.wake()
  }

  /// Compares everyone who changed with everybody, and publishes what follows.
  func compare() async throws {
    while true {
      let published = try await store.published()
      try await catchUp()
      let next = published.followed(
        by: census.lookAlikes(at: census.operatingPoint()), model: census.model, people: census.count)
      // False when somebody was enrolled or forgotten meanwhile: the comparison is then out of date.
      if try await store.publish(next, ifLibraryIs: published.libraryVersion) { return }
    }
  }

  /// Who looks like a face that is about to be enrolled as `id`, the most alike first.
  ///
  /// - Returns: `same` are so alike that they may be one person, by the threshold for a library with the
  ///   newcomer in it. `alike` are these and everyone tills will ask about.
  func resembling(_ faces: [Embedding], except id: OutUserID) async throws
    -> (same: [(id: OutUserID, score: Float)], alike: [(id: OutUserID, score: Float)])
  {
    try await catchUp()
    let confirmed = try await store.confirmedPairs()
    let point = census.operatingPoint(morePeople: 1)
    let alike = census.resembling(
      faces, except: id, from: max(point.alike, LookAlikeIndex.leastLookAlike))
    let same = alike.filter {
      $0.score >= point.threshold && !confirmed.contains(PersonPair(id, $0.id))
    }
    return (same, alike)
  }

  func report() async throws -> LookAlikeReport {
    try await compare()
    let people = try await self.people()
    let names = Dictionary(uniqueKeysWithValues: people.map { ($0.id, $0.displayName) })
    let (pairs, confirmed) = try await (store.published().pairs, store.confirmedPairs())
    let listed = pairs.map { pair, score in
      LookAlikeReport.Pair(
        first: pair.first, firstName: names[pair.first] ?? "", second: pair.second,
        secondName: names[pair.second] ?? "", score: score, confirmed: confirmed.contains(pair))
    }
    return LookAlikeReport(
      people: census.count, point: census.operatingPoint(), scoreModel: census.model,
      pairs: listed.sorted { ($1.score, $0.first.text) < ($0.score, $1.first.text) },
      enrolAnew: people.filter { $0.enrolAnew != nil })
  }

  /// Everyone enrolled, by number.
  func people() async throws -> [EnrolledPerson] {
    try await catchUp()
    return try await store.people().map {
      EnrolledPerson(
        id: $0.user.outUserID, displayName: $0.user.displayName, mayPay: $0.mayPay,
        enrolAnew: unusable[$0.user.outUserID])
    }
  }

  private func catchUp() async throws {
    while true {
      let changes = try await store.changes(after: seen, atMost: Self.page)
      // While this waited another call may have taken in newer ones.
      for (version, user) in changes where version > seen {
        takeIn(user)
        seen = version
      }
      if changes.count < Self.page { break }
    }
    census.confirm(try await store.confirmedPairs())
  }

  private func takeIn(_ user: EnrolledUser) {
    let id = user.user.outUserID
    unusable[id] = nil
    guard let sealed = user.shots else { return census.remove(id) }
    do throws(ShotsUnusable) {
      let shots = try templates.open(sealed, of: id)
      let guardian = user.sealedGuardian.flatMap { try? guardians.open($0, of: id) }
      census.update(
        LookAlikeIndex.Person(
          id: id, templates: shots.compactMap { try? Embedding(littleEndianBytes: $0.template) },
          guardianKey: guardian.flatMap(guardians.account)?.key))
    } catch {
      unusable[id] = error.enrolAnew
      census.remove(id)
    }
  }
}
