import Crypto
import Foundation
import GatewayProtocol

/// Checks entries one after the other: sequence without a gap, chain unbroken, each signature the till's own.
struct EntryChain {
  private(set) var sequence: Int64 = 0
  private var previousHash = LedgerEntry.firstPreviousHash
  private let key: P256.Signing.PublicKey

  init(key: P256.Signing.PublicKey) {
    self.key = key
  }

  /// Takes one entry on trust and checks what follows it.
  init(continuing entry: LedgerEntry, key: P256.Signing.PublicKey) {
    self.key = key
    sequence = entry.sequence
    previousHash = entry.hash
  }

  mutating func add(_ entry: LedgerEntry, storedHash: Data? = nil) throws(LedgerError) {
    let expected = sequence + 1
    guard entry.sequence == expected else {
      throw .damaged(sequence: expected, reason: "the entry is missing")
    }
    let hash = entry.hash
    guard entry.previousHash == previousHash, storedHash ?? hash == hash else {
      throw .damaged(sequence: expected, reason: "the chain is broken")
    }
    guard (try? entry.verify(by: key)) != nil else {
      throw .damaged(sequence: expected, reason: "the signature is wrong")
    }
    sequence = expected
    previousHash = hash
  }
}
