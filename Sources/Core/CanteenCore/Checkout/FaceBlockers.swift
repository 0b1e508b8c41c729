/// Where a ``FaceBlocker`` comes from. Each source has one owner in a till, which always reports all its
/// blockers together.
public enum FaceBlockerSource: Sendable, Hashable, CaseIterable {
  case lease
  case clock
  case library
  /// Unsent orders, ages and the disk; see ``OfflineGauge``.
  case offlineLimits
  case camera
  case recognition
  /// Whether entries can be written.
  case ledgerWrites
  /// Whether the file is whole.
  case ledgerFile
  /// Whether the entries are as they were signed.
  case ledgerCheck
  /// How the ledger stands to what the gateway holds of it.
  case continuity
  /// Whether the gateway takes the entries.
  case uploads
  /// Whether the gateway gives a lease to this till's ledger.
  case gateway
}

/// Why no face is accepted at the moment, by source: when one source clears its blockers, those of the others
/// stay.
public struct FaceBlockers: Sendable, Equatable {
  private var bySource: [FaceBlockerSource: Set<FaceBlocker>] = [:]

  public init() {}

  public var all: Set<FaceBlocker> { bySource.values.reduce(into: []) { $0.formUnion($1) } }

  public var isEmpty: Bool { bySource.isEmpty }

  public subscript(source: FaceBlockerSource) -> Set<FaceBlocker> {
    get { bySource[source] ?? [] }
    set { bySource[source] = newValue.isEmpty ? nil : newValue }
  }
}
