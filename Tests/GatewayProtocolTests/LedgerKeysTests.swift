import CanteenCore
import Crypto
import Foundation
import GatewayProtocol
import Testing

struct LedgerKeysTests {
  private let old = P256.Signing.PrivateKey()
  private let new = P256.Signing.PrivateKey()
  private let stranger = P256.Signing.PrivateKey()

  private func entry(_ sequence: Int64, by key: P256.Signing.PrivateKey) throws -> LedgerEntry {
    try LedgerEntry(
      terminal: TerminalID("till-1"), sequence: sequence, previousHash: LedgerEntry.firstPreviousHash,
      recordedAt: Timestamp(millisecondsSince1970: 0), payload: "{}", key: key)
  }

  @Test func `Each box has signed its own part of the chain, and no other`() throws {
    let keys = LedgerKeys(own: new.publicKey, former: [FormerKey(key: old.publicKey, through: 5)])
    #expect(keys.fit(try entry(5, by: old)))
    #expect(!keys.fit(try entry(6, by: old)))
    #expect(keys.haveSigned(try entry(6, by: old)), "it stands beside the chain")
    #expect(keys.fit(try entry(6, by: new)))
    #expect(!keys.fit(try entry(5, by: new)))
    #expect(!keys.fit(try entry(6, by: stranger)))
    #expect(!keys.haveSigned(try entry(6, by: stranger)))
  }

  @Test func `A former key comes back from JSON, and what is none is refused`() throws {
    let key = FormerKey(key: old.publicKey, through: 5)
    let text = try CanonicalJSON.text(key)
    #expect(try CanonicalJSON.decode(FormerKey.self, from: text) == key)
    #expect(throws: (any Error).self) {
      try CanonicalJSON.decode(FormerKey.self, from: #"{"device_key":"AAAA","through":5}"#)
    }
  }
}
