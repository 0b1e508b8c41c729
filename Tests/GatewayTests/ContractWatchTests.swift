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
      store: store, platforms: SchoolPlatforms(platform), eventsWritten: eventsWritten, clock: clock,
      logger: Logger(label: "test"))
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
        clock.advance(by: .milliseconds(50))
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
    _ = try await enrol("s00003", mayPay: true)
    let version = try await store.libraryVersion()
    try await askAboutEverybody()
    #expect(try await store.libraryVersion() == version)
    platform.sign(late)
    try await askAboutEverybody()
    let (signed, unsigned) = (try await store.person(late), try await store.person(early))
    #expect(signed?.mayPay == true && signed?.user.platformUserID == "P-s00002")
    #expect(unsigned?.mayPay == false)
    #expect(try await store.libraryVersion() == version + 1)
    #expect(!platform.calls.contains("standing s00003"))
    #expect(platform.calls.count == 4)
  }

  @Test
  func
    `A user the platform will not speak of keeps nobody else from the tills; one that is away is left alone`()
    async throws
  {
    var people: [OutUserID] = []
    for number in 1...6 { people.append(try await enrol("s0000\(number)", mayPay: false)) }
    platform.keepSilent(about: people[0])
    platform.sign(people[5])
    try await askAboutEverybody()
    #expect(try await store.person(people[5])?.mayPay == true)
    for user in people { platform.keepSilent(about: user) }
    let asked = platform.calls.count
    await #expect(throws: (any Error).self) { try await askAboutEverybody() }
    #expect(platform.calls.count == asked + ContractWatch.patience)
  }

  @Test func `An ended contract that is signed anew lets the user pay; who was blocked stays blocked`()
    async throws
  {
    let (user, blocked) = (try await enrol("s00001", mayPay: true), try await enrol("s00002", mayPay: true))
    _ = try await store.set(.contractEnded, of: user)
    _ = try await store.set(.blocked, of: blocked)
    try await askAboutEverybody()
    #expect(try await store.bar(of: user) == .contractEnded)
    platform.sign(user)
    platform.sign(blocked)
    try await askAboutEverybody()
    #expect(try await store.bar(of: user) == nil)
    #expect(try await store.bar(of: blocked) == .blocked)
    #expect(eventsWritten.latest == 1)
  }
}
