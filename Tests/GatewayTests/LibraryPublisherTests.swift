import CanteenCore
import CanteenTestSupport
import Crypto
import Foundation
import GatewayProtocol
import Testing

@testable import Gateway

struct LibraryPublisherTests {
  private let folder: TemporaryFolder
  private let store: GatewayStore
  private let publisher: LibraryPublisher
  private let vault = TemplateVault(key: SymmetricKey(size: .bits256))
  private let key = P256.Signing.PrivateKey()
  private let sealingKey = P256.KeyAgreement.PrivateKey()
  private let till: PairedTerminal
  private let clock = ManualWallClock()

  init() throws {
    folder = try TemporaryFolder()
    store = try GatewayStore(path: folder.path("gateway.sqlite"))
    publisher = LibraryPublisher(
      store: store, templates: vault, organization: try OrganizationID("O1000"),
      origin: EmbeddingOrigin(modelSHA256: "abc", engine: "opencv-4.6", aligner: 1), key: key)
    till = PairedTerminal(
      id: try TerminalID("till-1"), deviceKey: P256.Signing.PrivateKey().publicKey,
      sealingKey: sealingKey.publicKey)
  }

  private func enrol(_ id: String, mayPay: Bool = true) async throws {
    let user = RecognisedUser(outUserID: try OutUserID(id), platformUserID: "P", displayName: id)
    try await store.save(
      EnrolledUser(
        user: user, mayPay: mayPay,
        sealedTemplates: try vault.seal([Data(repeating: 7, count: 512)], of: user.outUserID)),
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
      #expect(bytes.firstRange(of: Data(repeating: 7, count: 32)) == nil, "\(name)")
      #expect(bytes.firstRange(of: Data(Data(repeating: 7, count: 48).base64EncodedString().utf8)) == nil)
    }
  }
}
