import CanteenCore

/// What only changes need to know: whose rows are where, and which rows are free.
struct IndexBooks<Owner: Hashable & Sendable>: Sendable {
  private struct Entry {
    let number: Int32
    let rows: [RowPlace]
  }

  /// The state being made.
  private(set) var snapshot = IndexSnapshot<Owner>()
  private var entries: [Owner: Entry] = [:]
  private var freeNumbers: [Int32] = []
  /// Erased rows to use again.
  private var freeRows: [RowPlace] = []
  /// Rows ever used; those after them are free as well.
  private var rowsBegun = 0

  func rows(of owner: Owner) -> [RowPlace] { entries[owner]?.rows ?? [] }

  mutating func reuse(_ erased: [RowPlace]) { freeRows += erased }

  /// Gets memory before anything is changed.
  mutating func makeRoom(forTemplates count: Int) throws(FaceIndexError) {
    while freeRows.count + snapshot.segments.count * TemplateSegment.rows - rowsBegun < count {
      // Rows are numbered with 32 bits.
      guard snapshot.segments.count < Int(Int32.max) / TemplateSegment.rows else { throw .noMemory }
      snapshot.append(try TemplateSegment())
    }
  }

  /// Call after `makeRoom` for someone who is not entered.
  mutating func add(_ owner: Owner, _ templates: [Embedding]) {
    let number = freeNumbers.popLast() ?? Int32(entries.count)
    let rows = templates.map { template in
      let place = freeRow()
      snapshot.segments[place.segment].templates.write(template, to: place.row)
      snapshot.setLive(place, of: number)
      return place
    }
    entries[owner] = Entry(number: number, rows: rows)
    snapshot.people.enter(owner, as: number)
  }

  /// - Returns: the rows nobody may read any more.
  mutating func remove(_ owner: Owner) -> [RowPlace] {
    guard let entry = entries.removeValue(forKey: owner) else { return [] }
    snapshot.people.strike(entry.number)
    freeNumbers.append(entry.number)
    for place in entry.rows { snapshot.setDead(place) }
    return entry.rows
  }

  private mutating func freeRow() -> RowPlace {
    if let place = freeRows.popLast() { return place }
    defer { rowsBegun += 1 }
    return RowPlace(segment: rowsBegun / TemplateSegment.rows, row: rowsBegun % TemplateSegment.rows)
  }
}
