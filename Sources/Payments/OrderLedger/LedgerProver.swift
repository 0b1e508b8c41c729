public import CanteenCore
public import Concurrency
public import Crypto
public import GatewayProtocol

/// Asks the gateway what it holds of this till's ledger, and keeps how the two stand to each other.
///
/// Nothing is told to the gateway and nothing of what it says is written before that is known, since a ledger
/// that lost its end would write over what it lost.
public actor LedgerProver {
  /// What the till found when it last asked, and where the gateway's ledger ended.
  public struct Proof: Sendable, Equatable {
    public let standing: LedgerStanding
    /// The till's own entry where the gateway's ledger ends, while it is continuous.
    public let point: LedgerPoint
  }

  /// nil until the gateway was asked for the first time since the start.
  public nonisolated let standing = Broadcast<LedgerStanding?>(nil)

  private static let mostTries = 8

  private let ledger: OrderLedger
  private let transport: any OrderTransport
  private let gatewayKey: P256.Signing.PublicKey
  private var isRecovering = false

  public init(ledger: OrderLedger, transport: any OrderTransport, gatewayKey: P256.Signing.PublicKey) {
    self.ledger = ledger
    self.transport = transport
    self.gatewayKey = gatewayKey
  }

  /// - Throws: when the gateway does not answer, or what answers is not the gateway.
  @discardableResult
  public func prove() async throws -> Proof {
    for _ in 0..<Self.mostTries {
      let before = try await ledger.comparison()
      let held = try await ask(about: before.comparedAt)
      if let found = try await ledger.settle(before, by: held) {
        standing.send(found)
        return Proof(standing: found, point: held.point)
      }
    }
    throw LedgerKeepsChanging()
  }

  /// What the gateway holds, as it signed it.
  public func ask(about sequence: Int64) async throws -> HeldLedger {
    let question = HeldLedgerQuestion(about: sequence)
    return try read(try await transport.held(question), answering: question)
  }

  /// - Throws: ``HeldLedgerError``.
  nonisolated func read(_ signed: SignedText?, answering question: HeldLedgerQuestion) throws -> HeldLedger {
    guard let signed else { throw HeldLedgerError.missing }
    return try HeldLedger(signed, signedBy: gatewayKey, for: ledger.terminal, answering: question)
  }

  /// Takes up what the gateway holds and this ledger lacks, and says again what the ledger said in its place.
  ///
  /// Only when no other box writes under this till's name. Changes nothing while the ledger is continuous.
  public func recover() async throws -> LedgerRecovery {
    // Of two at once, one would adopt what the other has fetched by half.
    guard !isRecovering else { throw RecoveryIsUnderWay() }
    isRecovering = true
    defer { isRecovering = false }
    let common = try await lastCommonEntry()
    var last: LedgerEntry?
    while true {
      let lost = try await transport.ownEntries(after: last?.sequence ?? common)
      try await ledger.keepFetched(lost, after: common, isFirst: last == nil)
      guard let next = lost.last else { break }
      last = next
    }
    // Entries are signed, and that there are no more of them is not.
    let held = try await ask(about: last?.sequence ?? common)
    let isAll =
      if let last { held.point == LedgerPoint(sequence: last.sequence, hash: last.hash) } else {
        try await ledger.holds(held.point)
      }
    guard isAll, held.end == held.point.sequence else { throw HeldLedgerError.incomplete }
    let recovery = try await ledger.adoptFetched(after: common)
    standing.send(.continuous)
    return recovery
  }

  /// Takes up entries of this till that somebody carried to the gateway after it had taken others in their place.
  ///
  /// - Returns: how many were said again at the end of the ledger.
  public func takeUpStrays() async throws -> Int {
    var (count, place) = (0, Int64(0))
    while true {
      let strays = try await transport.strayEntries(after: place)
      count += try await ledger.takeUp(strays: strays.entries)
      guard let next = strays.next, next > place else { return count }
      place = next
    }
  }

  /// The last entry that both hold, found by halves.
  ///
  /// - Returns: its sequence; 0 when the first already differs.
  private func lastCommonEntry() async throws -> Int64 {
    var (same, differs) = (Int64(0), try await ledger.comparison().end + 1)
    while differs - same > 1 {
      let middle = same + (differs - same) / 2
      let held = try await ask(about: middle)
      let isSame = try await ledger.holds(held.point)
      if held.point.sequence == middle, isSame { same = middle } else { differs = middle }
    }
    return same
  }
}

public struct RecoveryIsUnderWay: Error, CustomStringConvertible {
  public var description: String { "The ledger is being recovered already; wait until that is done." }
}

/// Entries were written faster than the gateway could be asked.
struct LedgerKeepsChanging: Error, CustomStringConvertible {
  var description: String { "The ledger changed whenever the gateway was asked about it; it is asked again." }
}
