/// How full one of the offline limits is.
public enum OfflineGauge: String, Sendable, Hashable, Codable, CaseIterable {
  case unsentOrders = "unsent_orders"
  case unsentAmount = "unsent_amount"
  case oldestUnsent = "oldest_unsent"
  case leaseAge = "lease_age"
  case libraryAge = "library_age"
  case freeDisk = "free_disk"

  public enum Level: String, Sendable, Hashable, Codable, Comparable {
    case fine
    /// 80 % is used up, or there is a fault that somebody should look at.
    case warning
    case stop

    public static func < (lhs: Level, rhs: Level) -> Bool { lhs.rank < rhs.rank }

    private var rank: Int {
      switch self {
      case .fine: 0
      case .warning: 1
      case .stop: 2
      }
    }
  }

  /// What keeps faces from paying once this gauge is full; nil for the lease, whose end is judged to the second.
  public var blocker: FaceBlocker? {
    switch self {
    case .unsentOrders: .tooManyUnsent
    case .unsentAmount: .tooMuchUnsent
    case .oldestUnsent: .unsentTooOld
    case .leaseAge: nil
    case .libraryAge: .libraryStale
    case .freeDisk: .diskFull
    }
  }
}

/// What a till has not sent, and how old its lease and library are, at one moment.
public struct OfflineFigures: Sendable, Equatable {
  public var unsentOrders = 0
  public var unsentAmount = Fen.zero
  public var oldestUnsent: Duration?
  /// Used and whole lifetime of the lease; nil without one, which is a blocker of its own.
  public var lease: (used: Duration, lifetime: Duration)?
  /// Since the last library sync; nil before the first, when ``FaceBlocker/libraryEmpty`` holds.
  public var sinceLibrarySync: Duration?
  public var networkIsUp = false
  public var freeDisk: Int64?

  public init() {}

  public static func == (lhs: OfflineFigures, rhs: OfflineFigures) -> Bool {
    lhs.unsentOrders == rhs.unsentOrders && lhs.unsentAmount == rhs.unsentAmount
      && lhs.oldestUnsent == rhs.oldestUnsent && lhs.lease?.used == rhs.lease?.used
      && lhs.lease?.lifetime == rhs.lease?.lifetime && lhs.sinceLibrarySync == rhs.sinceLibrarySync
      && lhs.networkIsUp == rhs.networkIsUp && lhs.freeDisk == rhs.freeDisk
  }

  /// The gauges that are not fine: warning at 80 % of a limit, stop at 100 %. For the free disk, warning
  /// below twice the reserve, stop below it.
  public func levels(under limits: OfflineLimits) -> [OfflineGauge: OfflineGauge.Level] {
    var levels: [OfflineGauge: OfflineGauge.Level] = [:]
    func note(_ gauge: OfflineGauge, _ share: Double) {
      if share >= 0.8 { levels[gauge] = share >= 1 ? .stop : .warning }
    }
    note(.unsentOrders, Double(unsentOrders) / Double(max(limits.orders, 1)))
    note(.unsentAmount, Double(unsentAmount.count) / Double(max(limits.amount.count, 1)))
    if let oldestUnsent { note(.oldestUnsent, oldestUnsent / limits.oldest) }
    if let lease { note(.leaseAge, lease.used / lease.lifetime) }
    if let sinceLibrarySync {
      note(.libraryAge, sinceLibrarySync / limits.library)
      if networkIsUp, sinceLibrarySync >= limits.libraryWarning {
        levels[.libraryAge] = max(levels[.libraryAge] ?? .fine, .warning)
      }
    }
    // A share of the whole disk would say nothing about what a till still needs.
    if let freeDisk, freeDisk < 2 * limits.freeDisk {
      levels[.freeDisk] = freeDisk < limits.freeDisk ? .stop : .warning
    }
    return levels
  }
}
