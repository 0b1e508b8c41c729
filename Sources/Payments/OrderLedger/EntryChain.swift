import Foundation
import GatewayProtocol

/// Checks entries one after the other: sequence without a gap, chain unbroken, each signature that of the box
/// which wrote at that place.
struct EntryChain {
  private(set) var sequence: Int64 = 0
  private var previousHash = LedgerEntry.firstPreviousHash
  private let keys: LedgerKeys

  init(keys: LedgerKeys) {
    self.keys = keys
  }

  /// Takes one entry on trust and checks what follows it.
  init(continuing entry: LedgerEntry, keys: LedgerKeys) {
    self.keys = keys
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
    guard keys.fit(entry) else {
      throw .damaged(sequence: expected, reason: "the signature is wrong")
    }
    sequence = expected
    previousHash = hash
  }
}
