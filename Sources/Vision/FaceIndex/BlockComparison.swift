import CFaceIndex

/// Compares one probe with a block of rows that fits in a processor's second-level cache.
struct BlockComparison {
  static let rows = Int(CANTEEN_FACE_BLOCK_ROWS)
  static var blocks: Int { TemplateSegment.rows / rows }

  private let path: ComparingPath
  private var hits = [canteen_face_hit](repeating: canteen_face_hit(), count: rows)

  init(path: ComparingPath) { self.path = path }

  /// Tells `found` each live row of the segment's block with a cosine above `least`.
  mutating func compare<Owner>(
    _ probe: Probe, with segment: IndexSnapshot<Owner>.Segment, block: Int, above least: Float,
    found: (_ row: Int, _ cosine: Float) -> Void
  ) {
    var probe = probe.raw
    let count = unsafe canteen_face_above(
      path.pointer, segment.templates.pointer, segment.live, UInt32(block), &probe, least, &hits)
    for hit in hits.prefix(Int(count)) { found(Int(hit.row), hit.cosine) }
  }
}

extension IndexSnapshot.Segment {
  func hasLiveRows(inBlock block: Int) -> Bool {
    let words = BlockComparison.rows / 64
    return live[block * words..<(block + 1) * words].contains { $0 != 0 }
  }
}
