import CanteenCore

/// The templates of all enrolled people in memory, compared with plain vector arithmetic.
struct FaceTable: Sendable {
  /// One template is eight of these, one after the other.
  private typealias Part = SIMD16<Float>
  private static let parts = Embedding.dimension / Part.scalarCount

  private var ids: [OutUserID] = []
  private var rows: [[Part]] = []
  private var places: [OutUserID: Int] = [:]

  var count: Int { ids.count }

  mutating func insert(_ id: OutUserID, _ templates: [Embedding]) {
    remove(id)
    places[id] = ids.count
    ids.append(id)
    rows.append(Self.packed(templates))
  }

  /// The last person takes the place of the one who goes.
  mutating func remove(_ id: OutUserID) {
    guard let place = places.removeValue(forKey: id) else { return }
    ids.swapAt(place, ids.count - 1)
    rows.swapAt(place, rows.count - 1)
    ids.removeLast()
    rows.removeLast()
    if place < ids.count { places[ids[place]] = place }
  }

  /// The person-level score of `templates` with everyone here: the best cosine between any two shots.
  ///
  /// Every comparison between people goes through this one call.
  func scores(of templates: [Embedding]) -> [(id: OutUserID, score: Float)] {
    let probe = Self.packed(templates)
    guard !probe.isEmpty else { return [] }
    return ids.indices.map { (ids[$0], Self.bestCosine(probe, rows[$0])) }
  }

  private static func bestCosine(_ one: [Part], _ other: [Part]) -> Float {
    var best: Float = -1
    for start in stride(from: 0, to: one.count, by: parts) {
      for place in stride(from: 0, to: other.count, by: parts) {
        var sums = Part.zero
        for part in 0..<parts { sums += one[start + part] * other[place + part] }
        best = max(best, sums.sum())
      }
    }
    return best
  }

  private static func packed(_ templates: [Embedding]) -> [Part] {
    templates.flatMap { template in
      (0..<parts).map { part in
        Part(template.values[part * Part.scalarCount..<(part + 1) * Part.scalarCount])
      }
    }
  }
}
