/// Which rows still wait for the searches that may be reading them.
///
/// States of the index are numbered as editions. A row that was taken out with edition n may be overwritten once
/// nobody reads an edition before n.
struct RowRetirement: Sendable {
  private var edition = 0
  private var readersNow = 0
  /// Readers of editions that were replaced meanwhile; never 0.
  private var earlierReaders: [Int: Int] = [:]
  /// Oldest first.
  private var waiting: [(lastEdition: Int, rows: [RowPlace])] = []
  private var erased: [RowPlace] = []

  /// - Returns: the edition that is read, for `endReading`.
  mutating func beginReading() -> Int {
    readersNow += 1
    return edition
  }

  /// - Returns: rows to overwrite now and to report as erased.
  mutating func endReading(_ read: Int) -> [RowPlace] {
    if read == edition {
      readersNow -= 1
      return []
    }
    let left = earlierReaders[read, default: 1] - 1
    earlierReaders[read] = left > 0 ? left : nil
    return left > 0 ? [] : takeUnread()
  }

  /// Begins the next edition, which is without `rows`.
  ///
  /// - Returns: rows to overwrite now and to report as erased.
  mutating func publish(retiring rows: [RowPlace]) -> [RowPlace] {
    if readersNow > 0 { earlierReaders[edition] = readersNow }
    waiting.append((edition, rows))
    edition += 1
    readersNow = 0
    return takeUnread()
  }

  mutating func wereErased(_ rows: [RowPlace]) { erased += rows }

  /// Rows that may be used again.
  mutating func takeErased() -> [RowPlace] {
    defer { erased = [] }
    return erased
  }

  private mutating func takeUnread() -> [RowPlace] {
    let oldest = earlierReaders.keys.min() ?? edition
    let unread = waiting.prefix { $0.lastEdition < oldest }
    waiting.removeFirst(unread.count)
    return unread.flatMap(\.rows)
  }
}
