import CanteenCore
import CanteenTestSupport
import Crypto
import FaceRecognition
import Foundation
import GatewayProtocol
import GatewayStore
import Logging
import PaymentPlatform
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(3)))
struct FaceEnrolmentTests {
  private let folder: TemporaryFolder
  private let store: SQLiteGatewayStore
  private let vault = TemplateVault(key: SymmetricKey(size: .bits256), origin: RecognitionModels.origin)
  private let desk: FaceEnrolment
  private let platform = ScriptedPlatform(deductions: [], mayPay: true)

  init() throws {
    folder = try TemporaryFolder()
    store = try SQLiteGatewayStore(path: folder.path("gateway.sqlite"))
    let guardians = GuardianVault(
      key: SymmetricKey(size: .bits256), accountKey: SymmetricKey(size: .bits256))
    desk = FaceEnrolment(
      models: try RecognitionModels(folder: TestMaterial.models.url()), store: store, templates: vault,
      guardians: guardians,
      lookAlikes: LookAlikeService(
        store: store, templates: vault, guardians: guardians, clock: ManualClock(),
        logger: Logger(label: "test")),
      platforms: SchoolPlatforms(platform), wallClock: ManualWallClock()
    )
  }

  private func enrol(
    _ id: String, _ portraits: String..., change: (inout EnrolmentRequest) -> Void = { _ in }
  ) async throws -> EnrolmentVerdict {
    var request = EnrolmentRequest(
      photos: try portraits.map { .init(name: $0, bytes: Data(try TestMaterial.portrait($0))) })
    request.displayName = "甲"
    change(&request)
    return try await desk.enrol(try OutUserID(id), request)
  }

  private func shots(of id: String) async throws -> [Shot] {
    let id = try OutUserID(id)
    return try await store.person(id)?.shots.map { try vault.open($0, of: id) } ?? []
  }

  @Test func `Shots add up, the newest first, and the same ones change nothing`() async throws {
    #expect(try await enrol("s00001", "obama.jpg").outcome == .enrolled)
    let first = try await shots(of: "s00001")
    let second = try await enrol("s00001", "obama2.jpg", "obama3.jpg")
    #expect(second.outcome == .enrolled, "\(second.note)")
    #expect(second.shots == 3)
    #expect(try await shots(of: "s00001").last == first.first)
    let version = try await store.libraryVersion()
    #expect(try await enrol("s00001", "obama.jpg", "obama2.jpg").outcome == .unchanged)
    #expect(try await store.libraryVersion() == version)
    let replaced = try await enrol("s00001", "obama2.jpg") { $0.replace = true }
    #expect(replaced.outcome == .enrolled)
    #expect(try await shots(of: "s00001").count == 1)
  }

  @Test func `I6: whoever is forgotten while a photograph is added does not come back`() async throws {
    #expect(try await enrol("s00001", "obama.jpg").outcome == .enrolled)
    platform.duringNextStanding { [store] in
      let id = try OutUserID("s00001")
      _ = try await store.forget(id)
    }
    let verdict = try await enrol("s00001", "obama2.jpg")
    #expect(verdict.outcome == .refused)
    #expect(verdict.code == "changed_meanwhile")
    #expect(try await store.people().isEmpty)
  }

  @Test func `A photograph of somebody else among them refuses all, and is named`() async throws {
    let verdict = try await enrol("s00001", "obama.jpg", "biden.jpg", "obama2.jpg")
    #expect(verdict.outcome == .refused)
    #expect(verdict.code == "other_person")
    #expect(verdict.note.hasPrefix("biden.jpg "))
    #expect(try await store.people().isEmpty)
  }

  @Test func `Somebody else's photograph is not added to an enrolled person`() async throws {
    #expect(try await enrol("s00001", "obama.jpg").outcome == .enrolled)
    let verdict = try await enrol("s00001", "biden.jpg")
    #expect(verdict.code == "other_person")
    #expect(try await enrol("s00001", "biden.jpg") { $0.replace = true }.outcome == .enrolled)
  }

  @Test func `One poor photograph is named with its reason, and the others count`() async throws {
    var request = EnrolmentRequest(photos: [
      .init(name: "empty.jpg", bytes: Data()),
      .init(name: "good.jpg", bytes: Data(try TestMaterial.portrait("obama.jpg"))),
      .init(name: "copy.jpg", bytes: Data(try TestMaterial.portrait("obama.jpg"))),
    ])
    request.displayName = "甲"
    let verdict = try await desk.enrol(try OutUserID("s00001"), request)
    #expect(verdict.outcome == .enrolled)
    #expect(verdict.photos.map { $0.flaw == nil } == [false, true, false])
    #expect(verdict.photos[2].flaw?.contains("good.jpg") == true)
    #expect(verdict.shots == 1)
    request.photos = [request.photos[0]]
    #expect(try await desk.enrol(try OutUserID("s00002"), request).code == "no_usable_photo")
  }

  @Test func `The same face under a second number is refused, and allowed for twins`() async throws {
    #expect(try await enrol("s00001", "obama.jpg").outcome == .enrolled)
    let verdict = try await enrol("s00002", "obama2.jpg")
    #expect(verdict.code == "looks_like")
    #expect(verdict.note.contains("s00001"))
    #expect(try await store.people().count == 1)
    let allowed = try await enrol("s00002", "obama2.jpg") { $0.allowLookAlike = true }
    #expect(allowed.outcome == .enrolled)
    #expect(allowed.lookAlikes.map(\.id.text) == ["s00001"])
    #expect(try await enrol("s00002", "obama3.jpg").outcome == .enrolled)
    #expect(try await enrol("s00003", "biden.jpg").lookAlikes.isEmpty)
  }

  @Test func `A check judges like an enrolment and keeps nothing`() async throws {
    #expect(try await enrol("s00001", "obama.jpg") { $0.check = true }.outcome == .wouldEnrol)
    #expect(try await enrol("s00001", "obama.jpg", "biden.jpg") { $0.check = true }.outcome == .refused)
    #expect(try await store.people().isEmpty)
  }

  @Test(arguments: ["1391234567", "139123456789", "23912345678", "1391234567a", "１３９１２３４５６７８"])
  func `A phone that is no mainland mobile is refused without being repeated`(phone: String) async throws {
    let verdict = try await enrol("s00001", "obama.jpg") { $0.phone = phone }
    #expect(verdict.code == "bad_guardian")
    #expect(!verdict.note.contains(phone))
  }

  @Test func `What a request leaves out stays, an empty text takes it away`() async throws {
    _ = try await enrol("s00001", "obama.jpg") {
      $0.phone = "13912345678"
      $0.group = "students"
    }
    let id = try OutUserID("s00001")
    let renamed = try await desk.enrol(id, EnrolmentRequest(photos: []))
    #expect(renamed.outcome == .unchanged)
    #expect(try await store.person(id)?.sealedGuardian != nil)
    var request = EnrolmentRequest(photos: [])
    (request.phone, request.group) = ("", "")
    #expect(try await desk.enrol(id, request).outcome == .enrolled)
    let person = try await store.person(id)
    #expect(person?.sealedGuardian == nil)
    #expect(person?.user.group == nil)
    #expect(try await shots(of: "s00001").count == 1)
  }

  @Test func `I4: no photograph and no plain template lies in the gateway's folder`() async throws {
    #expect(try await enrol("s00001", "obama.jpg").outcome == .enrolled)
    let photo = Data(try TestMaterial.portrait("obama.jpg"))
    let secrets = [photo.dropFirst(4_000).prefix(64), try await shots(of: "s00001")[0].template.prefix(32)]
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
    #expect(names.allSatisfy { $0.hasPrefix("gateway.sqlite") })
    for name in names {
      let bytes = try Data(contentsOf: folder.url.appending(path: name))
      for secret in secrets { #expect(bytes.firstRange(of: secret) == nil, "\(name)") }
    }
  }
}
