import CanteenCore
import GatewayProtocol
import GatewayStore
import Synchronization

/// How far a till says it has read.
enum SaidPlace: Sendable, Equatable {
  /// A till of an earlier version, which does not know epochs.
  case unaware(cursor: Int64)
  case aware(StorePlace)
}

/// Where a till must read on.
enum ReadingStart: Sendable, Equatable {
  case after(Int64)
  /// From the beginning: what the till read belongs to another history.
  case anew
  /// The till was told something in this epoch that the store does not know: the store lost its newest
  /// history.
  case historyIsLost
}

extension Telling {
  func start(for said: SaidPlace) -> ReadingStart {
    switch said {
    case .aware(let place) where place.epoch == epoch:
      place.cursor <= told ? .after(place.cursor) : .historyIsLost
    case .aware(let place) where place.epoch != nil: .anew
    // Read before there were epochs; what was told then was not noted.
    case .aware(let place): place.cursor <= last ? .after(place.cursor) : .anew
    case .unaware(let cursor): cursor <= last ? .after(cursor) : .anew
    }
  }
}

/// Judges what tills say they have read, and keeps what they are told.
struct ReadingPlaces: Sendable {
  /// A place to read on from, in the epoch that the answer has to name.
  struct Place: Sendable, Equatable {
    let epoch: StoreEpoch
    let after: Int64
    /// The till has to forget what it read before.
    let isAnew: Bool
  }

  /// Whether another epoch was begun since the start of the program. A store loses its newest history only while no
  /// program has it open, so that a till which again knows too much was lied to, or lies.
  private final class Beginning: Sendable {
    private let isOver = Mutex(false)

    /// Whether this is the first time.
    func begins() -> Bool {
      isOver.withLock { isOver in
        defer { isOver = true }
        return !isOver
      }
    }
  }

  private let store: any EventStore
  private let beginning = Beginning()

  init(store: any EventStore) {
    self.store = store
  }

  /// Where a till reads on. When the till was told more than the store knows, this begins another epoch, once; after
  /// that only the till itself reads anew.
  ///
  /// - Returns: nil for a till that is not paired.
  func place(in stream: CursorStream, for terminal: TerminalID, saying said: SaidPlace) async throws -> Place?
  {
    while true {
      guard let telling = try await store.telling(stream, to: terminal) else { return nil }
      switch telling.start(for: said) {
      case .after(let cursor): return Place(epoch: telling.epoch, after: cursor, isAnew: false)
      case .anew: return Place(epoch: telling.epoch, after: 0, isAnew: true)
      case .historyIsLost where beginning.begins():
        _ = try await store.replaceEpoch(telling.epoch, by: .random())
      case .historyIsLost: return Place(epoch: telling.epoch, after: 0, isAnew: true)
      }
    }
  }

  /// Must be called before the till hears of the cursor.
  ///
  /// - Returns: false when another epoch began meanwhile; then the till must be given a place in that one.
  func note(told cursor: Int64, of stream: CursorStream, to terminal: TerminalID, from place: Place)
    async throws
    -> Bool
  {
    guard let telling = try await store.telling(stream, to: terminal), telling.epoch == place.epoch else {
      return false
    }
    // Most answers hold nothing new, and then nothing need be written.
    if cursor <= telling.told { return true }
    return try await store.note(told: cursor, of: stream, to: terminal, in: place.epoch)
  }
}
