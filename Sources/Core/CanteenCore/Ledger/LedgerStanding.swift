/// How a till's ledger stands to what the gateway holds of it. Whatever is not continuous takes nothing but
/// sales that are paid beside the till, until it was compared again or recovered.
public enum LedgerStanding: String, Sendable, Hashable, Codable, CaseIterable {
  /// It continues what the gateway held when it was last asked.
  case continuous
  /// It is empty or shorter than it once was, and the gateway was not asked since.
  case unproven
  /// The gateway holds entries that it lacks, as after an old disk was put back.
  case behind
  /// It and the gateway hold different entries under one number, as when a copy of the box has sold.
  case forked

  public var blocker: FaceBlocker? {
    switch self {
    case .continuous: nil
    case .unproven: .ledgerUnproven
    case .behind: .ledgerBehind
    case .forked: .ledgerForked
    }
  }
}

/// What a till knows of its ledger when it asks the gateway what it holds.
public struct LedgerComparison: Sendable, Equatable {
  /// The sequence of the last entry.
  public let end: Int64
  /// Up to here the gateway has confirmed what it was sent.
  public let confirmed: Int64
  /// Up to here orders were sent at least once; more than ``confirmed`` while answers are missing, or when the
  /// gateway lost what it had confirmed.
  public let sent: Int64
  public let standing: LedgerStanding
  /// The last entry before the ledger was known not to be continuous; nil while it is.
  public let limitedAfter: Int64?

  public init(end: Int64, confirmed: Int64, sent: Int64, standing: LedgerStanding, limitedAfter: Int64?) {
    self.end = end
    self.confirmed = confirmed
    self.sent = sent
    self.standing = standing
    self.limitedAfter = limitedAfter
  }

  /// The entry to compare. Those that were taken after the ledger was known to be behind cannot be at the
  /// gateway.
  public var comparedAt: Int64 { limitedAfter ?? end }

  /// - Parameters:
  ///   - gatewayEnd: the last entry that the gateway holds.
  ///   - isSame: whether both hold the same entry where they were compared.
  public func standing(gatewayEnd: Int64, isSame: Bool) -> LedgerStanding {
    // A fork does not heal by itself: one of the two ledgers would be forgotten.
    if standing == .forked || !isSame { return .forked }
    return gatewayEnd > comparedAt ? .behind : .continuous
  }

  /// From where on the gateway, which lost what it had confirmed, needs the entries again; nil when it lost
  /// nothing.
  public func resendsAfter(gatewayEnd: Int64) -> Int64? { gatewayEnd < confirmed ? gatewayEnd : nil }
}
