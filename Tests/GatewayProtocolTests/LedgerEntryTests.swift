import CanteenCore
import CanteenTestSupport
import Crypto
import Foundation
import GatewayProtocol
import Testing

struct LedgerEntryTests {
  private let key = P256.Signing.PrivateKey()

  private func entry() throws -> LedgerEntry {
    try LedgerEntry(
      terminal: TerminalID("till-1"), sequence: 7, previousHash: Data(repeating: 9, count: 32),
      recordedAt: Timestamp(millisecondsSince1970: 1_795_147_200_123),
      payload: CanonicalJSON.text(LedgerPayload.orderAccepted(.sample("ORDER-0001"))), key: key)
  }

  @Test func `An entry that came over the wire verifies and means the same`() throws {
    let sent = try entry()
    let received = try CanonicalJSON.decode(LedgerEntry.self, from: CanonicalJSON.text(sent))
    try received.verify(by: key.publicKey)
    #expect(received.hash == sent.hash)
    #expect(try received.decodedPayload() == .orderAccepted(.sample("ORDER-0001")))
  }

  @Test(arguments: 0..<5)
  func `Any changed field breaks the signature`(field: Int) throws {
    let entry = try entry()
    let forged = LedgerEntry(
      terminal: field == 0 ? try TerminalID("till-2") : entry.terminal,
      sequence: field == 1 ? 8 : entry.sequence,
      previousHash: field == 2 ? Data(count: 32) : entry.previousHash,
      recordedAt: field == 3 ? entry.recordedAt.advanced(by: .milliseconds(1)) : entry.recordedAt,
      payload: field == 4 ? entry.payload.replacing("1200", with: "1201") : entry.payload,
      signature: entry.signature)
    #expect(throws: SignatureError()) { try forged.verify(by: key.publicKey) }
  }

  @Test func `The canonical bytes are the documented ones`() throws {
    let entry = try entry()
    let lines = [
      "canteen-ledger-1", "till-1", "7", String(repeating: "09", count: 32), "1795147200123", entry.payload,
    ]
    #expect(entry.hash == Data(SHA256.hash(data: Data(lines.joined(separator: "\n").utf8))))
  }
}

struct SignedTextTests {
  private let key = P256.Signing.PrivateKey()

  @Test func `A lease is not taken for a library batch`() throws {
    let signed = try SignedText("{}", purpose: .lease, key: key)
    #expect(try signed.verified(by: key.publicKey, purpose: .lease) == "{}")
    #expect(throws: SignatureError()) { try signed.verified(by: key.publicKey, purpose: .libraryBatch) }
  }

  @Test func `A library batch opens only with the key it was sealed to`() throws {
    let till = P256.KeyAgreement.PrivateKey()
    let sealed = try SealedBatch(
      sealing: SignedText("templates", purpose: .libraryBatch, key: key), to: till.publicKey)
    #expect(try sealed.opened(by: till).text == "templates")
    #expect(throws: (any Error).self) { try sealed.opened(by: P256.KeyAgreement.PrivateKey()) }
    #expect(!(try CanonicalJSON.text(sealed)).contains("templates"))
  }

  @Test func `An embedding survives its 512 bytes`() throws {
    let embedding = try Embedding(scaling: (0..<128).map { Float($0) - 60 })
    let bytes = embedding.littleEndianBytes
    #expect(bytes.count == 512)
    #expect(try Embedding(littleEndianBytes: bytes).cosine(to: embedding) > 0.999_999)
    #expect(throws: EmbeddingError.self) { try Embedding(littleEndianBytes: bytes.dropLast()) }
  }
}
