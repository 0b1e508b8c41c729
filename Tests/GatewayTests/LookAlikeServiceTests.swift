import CanteenCore
import CanteenTestSupport
import Crypto
import Foundation
import GatewayProtocol
import GatewayStore
import Logging
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(5)))
struct LookAlikeServiceTests {
  private let folder: TemporaryFolder
  private let store: SQLiteGatewayStore
  private let vault: TemplateVault
  private let desk: LookAlikeService
  private let wallClock = ManualWallClock()

  init() throws {
    folder = try TemporaryFolder()
    store = try SQLiteGatewayStore(path: folder.path("gateway.sqlite"))
    vault = Self.vault(model: "abc")
    desk = Self.desk(store, vault)
  }

  private static func vault(
    model: String, engine: String = "opencv-4.6", key: SymmetricKey = SymmetricKey(size: .bits256)
  ) -> TemplateVault {
    TemplateVault(key: key, origin: EmbeddingOrigin(modelSHA256: model, engine: engine, aligner: 1))
  }

  private static func desk(_ store: SQLiteGatewayStore, _ vault: TemplateVault) -> LookAlikeService {
    LookAlikeService(
      store: store, templates: vault,
      guardians: GuardianVault(
        key: SymmetricKey(size: .bits256), accountKey: SymmetricKey(size: .bits256)),
      clock: ManualClock(), logger: Logger(label: "test"))
  }

  private func enrol(_ id: String, _ face: SyntheticFaces.Face) async throws {
    let id = try OutUserID(id)
    let shot = Shot(template: try SyntheticFaces.embedding(face), photoDigest: Data())
    try await store.save(
      EnrolledUser(
        user: RecognisedUser(outUserID: id, platformUserID: "P", displayName: "甲\(id)"), mayPay: true,
        shots: try vault.seal([shot], of: id)), at: wallClock.now())
  }

  /// What tills hear after a version: each person with those they look like.
  private func heard(after version: Int64) async throws -> [String: [String]] {
    let part = try await store.libraryPart(after: version, atMost: 1_000)
    return Dictionary(
      uniqueKeysWithValues: part.changes.map { change in
        let id = change.user.user.outUserID
        return (id.text, (part.lookAlikes[id] ?? []).map(\.text))
      })
  }

  @Test func `Twins are sent again with each other's numbers, everybody else is not`() async throws {
    var world = SyntheticFaces(seed: 21)
    let (face, other) = (world.face(), world.face())
    try await enrol("twin01", face)
    try await enrol("s00001", other)
    try await desk.compare()
    let before = try await store.libraryVersion()
    try await enrol("twin02", world.shot(of: face, blur: 0.1))
    try await desk.compare()
    #expect(try await heard(after: before) == ["twin01": ["twin02"], "twin02": ["twin01"]])
    let after = try await store.libraryVersion()
    try await desk.compare()
    #expect(try await store.libraryVersion() == after)
  }

  @Test func `I6: when a twin is forgotten the other is sent again alone`() async throws {
    var world = SyntheticFaces(seed: 22)
    let face = world.face()
    try await enrol("twin01", face)
    try await enrol("twin02", face)
    try await desk.compare()
    let before = try await store.libraryVersion()
    #expect(try await store.forget(try OutUserID("twin02")))
    #expect(try await heard(after: before) == ["twin01": [], "twin02": []])
    #expect(try await desk.report().pairs.isEmpty)
  }

  @Test func `A library of 60 gets a model of its own, and tills are sent it`() async throws {
    var world = SyntheticFaces(seed: 23)
    for number in 0..<60 { try await enrol("s\(10_000 + number)", world.face()) }
    let before = try await store.libraryVersion()
    try await desk.compare()
    let part = try await store.libraryPart(after: before, atMost: 1_000)
    #expect(part.scoreModel.impostors.people == 60)
    #expect(!part.changes.isEmpty)
    let report = try await desk.report()
    #expect(report.people == 60)
    #expect(report.scoreModel == part.scoreModel)
    #expect(report.threshold > 0.45)
  }

  @Test func `After a change of the model the report names everybody who must be enrolled anew`() async throws
  {
    var world = SyntheticFaces(seed: 24)
    try await enrol("s00001", world.face())
    let report = try await Self.desk(store, Self.vault(model: "def", key: vault.key)).report()
    #expect(report.people == 0)
    #expect(report.enrolAnew.map(\.id.text) == ["s00001"])
    #expect(report.enrolAnew.first?.enrolAnew == .otherModel)
    let otherKey = try await Self.desk(store, Self.vault(model: "abc")).report()
    #expect(otherKey.enrolAnew.first?.enrolAnew == .damaged)
  }

  @Test func `A gateway that moves to the next OpenCV 4 keeps everybody enrolled, with OpenCV 5 it cannot`()
    async throws
  {
    var world = SyntheticFaces(seed: 26)
    try await enrol("s00001", world.face())
    let next = Self.vault(model: "abc", engine: "opencv-4.10", key: vault.key)
    let report = try await Self.desk(store, next).report()
    #expect(report.people == 1)
    #expect(report.enrolAnew.isEmpty)
    let beyond = Self.vault(model: "abc", engine: "opencv-5.0", key: vault.key)
    #expect(try await Self.desk(store, beyond).report().enrolAnew.first?.enrolAnew == .otherModel)
  }

  @Test func `A newcomer who looks like somebody is found before being saved, unless staff vouched`()
    async throws
  {
    var world = SyntheticFaces(seed: 25)
    let face = world.face()
    try await enrol("s00001", face)
    let (id, shot) = (try OutUserID("s00002"), try SyntheticFaces.embedding(world.shot(of: face, blur: 0.1)))
    #expect(try await desk.resembling([shot], except: id).same.map(\.id.text) == ["s00001"])
    #expect(try await desk.resembling([shot], except: try OutUserID("s00001")).same.isEmpty)
    try await store.save(
      EnrolledUser(
        user: RecognisedUser(outUserID: id, platformUserID: "P", displayName: "乙"), mayPay: true,
        shots: try vault.seal([Shot(template: shot, photoDigest: Data())], of: id)),
      confirmedAgainst: [try OutUserID("s00001")], at: wallClock.now())
    let again = try await desk.resembling([shot], except: id)
    #expect(again.same.isEmpty)
    #expect(again.alike.map(\.id.text) == ["s00001"])
    #expect(try await desk.report().pairs.map(\.confirmed) == [true])
  }
}
