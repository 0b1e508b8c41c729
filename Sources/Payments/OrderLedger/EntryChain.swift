import Foundation
import GatewayProtocol

/// Checks entries one after the other: sequence without a gap, chain unbroken, each signature that of the box
/// which wrote at that place.
struct EntryChain {
  private(set) var sequence: Int64 = 0
  private var previousHash = LedgerEntry.firstPreviousHash
  private let isSigned: @Sendable (LedgerEntry) -> Bool

  init(keys: LedgerKeys) {
    isSigned = { keys.fit($0) }
  }

  /// The chain on a till's own disk, from `entry` on, which is taken on trust; nil for its beginning. Any box of the name
  /// may have written anywhere: what one sold while another had the name already is no damage, and told apart by the
  /// gateway.
  init(onDiskAfter entry: LedgerEntry?, keys: LedgerKeys) {
    isSigned = { keys.haveSigned($0) }
    guard let entry else { return }
    sequence = entry.sequence
    previousHash = entry.hash
  }

  /// Takes one entry on trust and checks what follows it.
  init(continuing entry: LedgerEntry, keys: LedgerKeys) {
    isSigned = { keys.fit($0) }
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
    guard isSigned(entry) else {
      throw .damaged(sequence: expected, reason: "the signature is wrong")
    }
    sequence = expected
    previousHash = hash
  }
}
