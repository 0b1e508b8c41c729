import CanteenCore
import CanteenTestSupport
import Crypto
import Foundation
import GatewayProtocol
import GatewayStore
import GRDB
import Testing

@testable import Gateway

struct LibraryPublisherTests {
  private let folder: TemporaryFolder
  private let store: SQLiteGatewayStore
  private let publisher: LibraryPublisher
  private let vault = TemplateVault(
    key: SymmetricKey(size: .bits256),
    origin: EmbeddingOrigin(modelSHA256: "abc", engine: "opencv-4.6", aligner: 1))
  private let guardians = GuardianVault(
    key: SymmetricKey(size: .bits256), accountKey: SymmetricKey(size: .bits256))
  private let key = P256.Signing.PrivateKey()
  private let sealingKey = P256.KeyAgreement.PrivateKey()
  private let till: PairedTerminal
  private let clock = ManualWallClock()

  init() throws {
    folder = try TemporaryFolder()
    shot = Shot(
      template: try Embedding(scaling: (0..<128).map(Float.init)),
      photoDigest: Data(repeating: 9, count: 32))
    store = try SQLiteGatewayStore(path: folder.path("gateway.sqlite"))
    publisher = LibraryPublisher(
      store: store, templates: vault, guardians: guardians, organization: try OrganizationID("O1000"),
      key: key)
    till = PairedTerminal(
      id: try TerminalID("till-1"), keys: LedgerKeys(own: P256.Signing.PrivateKey().publicKey),
      sealingKey: sealingKey.publicKey, pairedAt: Timestamp(millisecondsSince1970: 0))
  }

  private let shot: Shot

  private func enrol(_ id: String, mayPay: Bool = true) async throws {
    let user = RecognisedUser(outUserID: try OutUserID(id), platformUserID: "P", displayName: id)
    try await store.save(
      EnrolledUser(
        user: user, mayPay: mayPay,
        shots: try vault.seal([shot], of: user.outUserID)),
      at: clock.now())
  }

  private func batch(after cursor: Int64) async throws -> LibraryBatch {
    let sealed = try await publisher.batch(after: cursor, for: till)
    let text = try sealed.opened(by: sealingKey).verified(by: key.publicKey, purpose: .libraryBatch)
    return try CanonicalJSON.decode(LibraryBatch.self, from: text)
  }

  private func summary(_ batch: LibraryBatch) -> [String] {
    batch.changes.map { change in
      switch change {
      case .upsert(let person, let templates): "+\(person.user.outUserID) \(templates.count)"
      case .delete(let id): "-\(id)"
      }
    }
  }

  @Test func `Changes are sent once, in order, from any cursor`() async throws {
    try await enrol("s00001")
    try await enrol("s00002")
    let first = try await batch(after: 0)
    #expect(summary(first) == ["+s00001 1", "+s00002 1"])
    #expect(summary(try await batch(after: first.upTo)).isEmpty)
    try await enrol("s00001")
    #expect(summary(try await batch(after: first.upTo)) == ["+s00001 1"])
    #expect(summary(try await batch(after: 0)) == ["+s00002 1", "+s00001 1"])
  }

  @Test func `Whoever may not pay is taken off the tills`() async throws {
    try await enrol("s00001")
    let cursor = try await batch(after: 0).upTo
    try await enrol("s00001", mayPay: false)
    #expect(summary(try await batch(after: cursor)) == ["-s00001"])
  }

  @Test func `I6: a forgotten user is deleted everywhere and leaves only the number`() async throws {
    try await enrol("s00001")
    let cursor = try await batch(after: 0).upTo
    #expect(try await store.forget(try OutUserID("s00001")))
    #expect(summary(try await batch(after: cursor)) == ["-s00001"])
    #expect(try await store.people().isEmpty)
    #expect(try await store.forget(try OutUserID("s00001")) == false)
  }

  @Test func `I4: no template is in plain in the gateway's store`() async throws {
    try await enrol("s00001")
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.url.path) {
      let bytes = try Data(contentsOf: folder.url.appending(path: name))
      #expect(bytes.firstRange(of: shot.template.prefix(32)) == nil, "\(name)")
      #expect(
        bytes.firstRange(of: Data(shot.template.prefix(48).base64EncodedString().utf8)) == nil, "\(name)")
    }
  }

  @Test func `Templates of another model are taken off the tills, and not published as ours`() async throws {
    try await enrol("s00001")
    try await enrol("s00002")
    let other = LibraryPublisher(
      store: store,
      templates: TemplateVault(
        key: vault.key, origin: EmbeddingOrigin(modelSHA256: "def", engine: "opencv-4.6", aligner: 1)),
      guardians: guardians, organization: try OrganizationID("O1000"), key: key)
    let sealed = try await other.batch(after: 0, for: till)
    let text = try sealed.opened(by: sealingKey).verified(by: key.publicKey, purpose: .libraryBatch)
    #expect(summary(try CanonicalJSON.decode(LibraryBatch.self, from: text)) == ["-s00001", "-s00002"])
  }

  @Test func `Templates that were moved to another user or altered are not published`() async throws {
    try await enrol("s00001")
    try await enrol("s00002")
    try await DatabaseQueue(path: folder.path("gateway.sqlite")).write { db in
      try db.execute(
        sql: """
          UPDATE face_user SET templates = (SELECT templates FROM face_user WHERE out_user_id = 's00002')
          WHERE out_user_id = 's00001'
          """)
    }
    #expect(summary(try await batch(after: 0)) == ["-s00001", "+s00002 1"])
  }

  @Test func `A till learns the guardian's tail and a key that siblings share, never the phone`() async throws
  {
    let (phone, account) = ("13912345678", "C-778899")
    for id in ["s00001", "s00002", "s00003"] {
      let user = RecognisedUser(outUserID: try OutUserID(id), platformUserID: "P", displayName: id)
      let guardian = try Guardian(phone: phone, contractAccount: id == "s00003" ? "C-1" : account)
      try await store.save(
        EnrolledUser(
          user: user, mayPay: true, shots: try vault.seal([shot], of: user.outUserID),
          sealedGuardian: try guardians.seal(guardian, of: user.outUserID)), at: clock.now())
    }
    let batch = try await batch(after: 0)
    let accounts = batch.changes.compactMap { change in
      if case .upsert(let person, _) = change { person.guardian } else { nil as GuardianAccount? }
    }
    #expect(accounts.map(\.phoneTail.digits) == ["5678", "5678", "5678"])
    #expect(accounts[0].key == accounts[1].key)
    #expect(accounts[0].key != accounts[2].key)
    #expect(try CanonicalJSON.text(batch).contains("1391234") == false)
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.url.path) {
      let bytes = try Data(contentsOf: folder.url.appending(path: name))
      for secret in [phone, account] { #expect(bytes.firstRange(of: Data(secret.utf8)) == nil, "\(name)") }
    }
  }
}
