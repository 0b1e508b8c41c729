public import CanteenCore
import Synchronization

/// Everybody's face templates in memory, searched whole and exactly.
///
/// A search takes the state of the index as it is at that moment and never waits for a change; a change is seen
/// whole or not at all. Templates of a person who was removed or replaced are overwritten as soon as the searches
/// that may still read them have ended (I6).
///
/// A template takes 648 bytes. Templates of different origin must not meet in one index.
public final class FaceIndex<Owner: Hashable & Sendable>: Sendable {
  /// What searches read.
  private struct Shelf {
    var current = IndexSnapshot<Owner>()
    var retirement = RowRetirement()
  }

  let path: ComparingPath
  /// Held for as long as a change is being made.
  let books = Mutex(IndexBooks<Owner>())
  /// Held for an instant only.
  private let shelf = Mutex(Shelf())

  public convenience init() { self.init(path: .fastest) }

  package init(path: ComparingPath) { self.path = path }

  public var peopleCount: Int { shelf.withLock { $0.current.peopleCount } }
  public var templateCount: Int { shelf.withLock { $0.current.templateCount } }

  /// Makes these the only templates of `owner`, who need not be known yet.
  public func replace(_ owner: Owner, with templates: [Embedding]) throws(FaceIndexError) {
    try apply([.replace(owner, with: templates)])
  }

  /// Forgets `owner`; nothing happens when they are not known.
  public func remove(_ owner: Owner) {
    books.withLock { books in publish(&books, retiring: books.remove(owner)) }
  }

  /// Applies all changes in their order; every search that starts afterwards sees all of them.
  ///
  /// - Throws: ``FaceIndexError/noMemory``; the index is then as it was.
  public func apply(_ changes: [FaceChange<Owner>]) throws(FaceIndexError) {
    try books.withLock { books throws(FaceIndexError) in
      books.reuse(shelf.withLock { $0.retirement.takeErased() })
      try books.makeRoom(forTemplates: changes.reduce(0) { $0 + $1.templates.count })
      var retired: [RowPlace] = []
      for change in changes {
        retired += books.remove(change.owner)
        if case .replace(let owner, let templates) = change { books.add(owner, templates) }
      }
      publish(&books, retiring: retired)
    }
  }

  /// The two people most similar to `face`, by the best template of each.
  ///
  /// Of two people with the same cosine either may come first, but always the same one until the index changes.
  public func topTwo(of face: Embedding) -> TopTwo<Owner> { topTwo(of: face, by: .codes) }

  package func topTwo(of face: Embedding, by pass: SearchPass) -> TopTwo<Owner> {
    reading { $0.topTwo(of: Probe(face), by: pass, on: path) }
  }

  /// Lends the current state; its rows are not overwritten before `body` returns.
  func reading<Answer, Failure: Error>(
    _ body: (IndexSnapshot<Owner>) throws(Failure) -> Answer
  ) throws(Failure) -> Answer {
    let (snapshot, edition) = shelf.withLock { ($0.current, $0.retirement.beginReading()) }
    defer { erase(shelf.withLock { $0.retirement.endReading(edition) }) }
    return try body(snapshot)
  }

  private func publish(_ books: inout IndexBooks<Owner>, retiring rows: [RowPlace]) {
    let snapshot = books.snapshot
    let (_, unread) = shelf.withLock { shelf in
      // The old state outlives the lock, so that no search waits while it is freed.
      let old = shelf.current
      shelf.current = snapshot
      return (old, shelf.retirement.publish(retiring: rows))
    }
    erase(unread)
  }

  private func erase(_ rows: [RowPlace]) {
    guard !rows.isEmpty else { return }
    // Segments are only ever added, so the current state has those of every retired row.
    let segments = shelf.withLock { $0.current.segments }
    for place in rows { segments[place.segment].templates.erase(place.row) }
    shelf.withLock { $0.retirement.wereErased(rows) }
  }
}
