import CanteenCore
import CanteenTestSupport
import Concurrency
import Foundation
import GatewayProtocol
import GatewayStore
import Logging
import PaymentPlatform
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(5)))
struct ContractWatchTests {
  private let folder: TemporaryFolder
  private let store: SQLiteGatewayStore
  private let platform = ScriptedPlatform(deductions: [])
  private let eventsWritten = Broadcast(0)
  private let clock = ManualClock()
  private let watch: ContractWatch

  init() throws {
    folder = try TemporaryFolder()
    store = try SQLiteGatewayStore(path: folder.path("gateway.sqlite"))
    watch = ContractWatch(
      store: store, platforms: SchoolPlatforms(platform), eventsWritten: eventsWritten,
      clock: clock, logger: Logger(label: "test"))
  }

  private func enrol(_ id: String, mayPay: Bool) async throws -> OutUserID {
    let id = try OutUserID(id)
    try await store.save(
      EnrolledUser(
        user: RecognisedUser(outUserID: id, platformUserID: "", displayName: "甲"), mayPay: mayPay,
        shots: SealedShots(origin: nil, bytes: Data([1]))), at: ManualWallClock().now())
    return id
  }

  /// A round, with time going on whenever it waits.
  private func askAboutEverybody() async throws {
    let time = Task { [clock] in
      while !Task.isCancelled {
        if clock.sleeperCount > 0 { clock.advance(by: .milliseconds(20)) }
        await Task.yield()
      }
    }
    defer { time.cancel() }
    try await watch.askAboutEverybody()
  }

  @Test func `Whose guardian signs after the enrolment is given to the tills, whose does not is not`()
    async throws
  {
    let (early, late) = (try await enrol("s00001", mayPay: false), try await enrol("s00002", mayPay: false))
    let version = try await store.libraryVersion()
    try await askAboutEverybody()
    #expect(try await store.libraryVersion() == version)
    platform.sign(late)
    try await askAboutEverybody()
    let (signed, unsigned) = (try await store.person(late), try await store.person(early))
    #expect(signed?.mayPay == true && signed?.user.platformUserID == "P-s00002")
    #expect(unsigned?.mayPay == false)
    #expect(try await store.libraryVersion() == version + 1)
    #expect(platform.calls.count == 4)
  }

  @Test
  func
    `A user the platform will not speak of keeps nobody else from the tills; one that is away is left alone`()
    async throws
  {
    var people: [OutUserID] = []
    for number in 10...39 { people.append(try await enrol("s000\(number)", mayPay: false)) }
    platform.keepSilent(about: people[0])
    platform.sign(people[5])
    try await askAboutEverybody()
    #expect(try await store.person(people[5])?.mayPay == true)
    for user in people { platform.keepSilent(about: user) }
    let asked = platform.calls.count
    await #expect(throws: (any Error).self) { try await askAboutEverybody() }
    // Some are under way when it becomes clear.
    #expect(platform.calls.count <= asked + ContractWatch.patience + ContractWatch.mostAtOnce)
  }

  @Test func `An ended contract that is signed anew lets the user pay; who was blocked stays blocked`()
    async throws
  {
    let (user, blocked) = (try await enrol("s00001", mayPay: true), try await enrol("s00002", mayPay: true))
    try await store.set(.contract, true, of: user)
    try await store.set(.school, true, of: blocked)
    platform.sign(blocked)
    try await askAboutEverybody()
    #expect(try await store.bars(of: user) == UserBars([.contract]))
    platform.sign(user)
    try await askAboutEverybody()
    #expect(try await store.bars(of: user) == UserBars.none)
    #expect(try await store.bars(of: blocked) == UserBars([.school]))
  }

  @Test
  func
    `Who ends the contract, or is blocked, stops paying within a round, and pays again after it is lifted`()
    async throws
  {
    var people: [OutUserID] = []
    for number in 1...9 { people.append(try await enrol("s0000\(number)", mayPay: true)) }
    for user in people { platform.sign(user) }
    try await askAboutEverybody()
    #expect(platform.calls.count == people.count)
    #expect(try await store.barredPeople().isEmpty)
    platform.bar(people[0], .contractEnded)
    platform.bar(people[1], .blocked)
    try await askAboutEverybody()
    #expect(
      try await store.barredPeople() == [
        people[0]: UserBars([.contract]), people[1]: UserBars([.platform]),
      ])
    for user in people { platform.bar(user, nil) }
    try await askAboutEverybody()
    #expect(try await store.barredPeople().isEmpty)
  }

  @Test
  func `A platform that suddenly knows hardly anybody bars nobody; one whom it does not know is barred`()
    async throws
  {
    var people: [OutUserID] = []
    for number in 1...9 { people.append(try await enrol("s0000\(number)", mayPay: true)) }
    try await askAboutEverybody()
    #expect(try await store.barredPeople().isEmpty)
    for user in people.dropFirst() { platform.sign(user) }
    try await askAboutEverybody()
    #expect(try await store.barredPeople() == [people[0]: UserBars([.contract])])
  }

  @Test func `Of two thousand unsigned users each is asked about within five minutes`() async throws {
    for number in 0..<2_000 { _ = try await enrol("s\(10_000 + number)", mayPay: false) }
    let start = clock.now
    try await askAboutEverybody()
    #expect(platform.calls.count == 2_000)
    #expect(start.duration(to: clock.now) <= .seconds(300))
  }
}
