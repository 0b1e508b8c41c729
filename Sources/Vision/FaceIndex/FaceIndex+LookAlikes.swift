public import CanteenCore
import CFaceIndex
import Synchronization

/// Two people of one index who look alike.
public struct LookAlikes<Owner: Hashable & Sendable>: Sendable, Equatable {
  public let first: Owner
  public let second: Owner
  /// The highest between any template of the one and any of the other.
  public let cosine: Float
}

extension FaceIndex {
  /// Everybody else with a template whose cosine to one of `owner`'s is above `least`, most similar first.
  ///
  /// Empty when the owner is not known. Waits for a change that is being made.
  public func neighbours(of owner: Owner, above least: Float) -> [TopTwo<Owner>.Candidate] {
    // Inside the books' lock, rows and state fit together.
    books.withLock { books in
      let rows = books.rows(of: owner)
      return reading { snapshot in
        let probes = rows.map { Probe(snapshot.segments[$0.segment].templates, $0.row) }
        return snapshot.neighbours(of: probes, above: least, on: path).filter { $0.owner != owner }
      }
    }
  }

  /// Everybody with a template whose cosine to one of `faces` is above `least`, most similar first; for a person
  /// who is not in the index yet.
  public func neighbours(of faces: [Embedding], above least: Float) -> [TopTwo<Owner>.Candidate] {
    reading { $0.neighbours(of: faces.map(Probe.init), above: least, on: path) }
  }

  /// All pairs of people whose best cosine is above `least`, most similar first.
  ///
  /// Compares everybody with everybody on the calling thread: seconds for 20,000 people. Ends early when the task
  /// is cancelled.
  ///
  /// - Throws: ``FaceIndexError/tooManyPairs(_:)`` with more than `limit` pairs, or
  ///   ``FaceIndexError/cancelled``.
  public func pairs(
    above least: Float, atMost limit: Int = 100_000
  ) throws(FaceIndexError) -> [LookAlikes<Owner>] {
    try reading { snapshot throws(FaceIndexError) in
      try snapshot.pairs(above: least, atMost: limit, on: path)
    }
  }
}

extension IndexSnapshot {
  fileprivate func neighbours(
    of probes: [Probe], above least: Float, on path: ComparingPath
  ) -> [TopTwo<Owner>.Candidate] {
    var best: [Int32: Float] = [:]
    var comparison = BlockComparison(path: path)
    for segment in segments {
      for block in 0..<BlockComparison.blocks {
        for probe in probes {
          comparison.compare(probe, with: segment, block: block, above: least) { row, cosine in
            best[segment.people[row], default: cosine].raise(to: cosine)
          }
        }
      }
    }
    return best.sorted { ($0.value, $1.key) > ($1.value, $0.key) }.compactMap { number, cosine in
      people[number].map { TopTwo.Candidate(owner: $0, cosine: cosine) }
    }
  }

  fileprivate func pairs(
    above least: Float, atMost limit: Int, on path: ComparingPath
  ) throws(FaceIndexError) -> [LookAlikes<Owner>] {
    var best: [PairOfPeople: Float] = [:]
    var comparison = BlockComparison(path: path)
    // A block of codes stays in the cache while all earlier templates pass by it.
    for last in segments.indices {
      for block in 0..<BlockComparison.blocks where segments[last].hasLiveRows(inBlock: block) {
        for earlier in 0...last {
          let end = earlier < last ? TemplateSegment.rows : (block + 1) * BlockComparison.rows
          for row in 0..<end where segments[earlier].people[row] >= 0 {
            let (person, own) = (segments[earlier].people[row], earlier == last ? row : -1)
            comparison.compare(
              Probe(segments[earlier].templates, row), with: segments[last], block: block, above: least
            ) { row, cosine in
              let other = segments[last].people[row]
              guard row > own, other != person else { return }
              best[PairOfPeople(person, other), default: cosine].raise(to: cosine)
            }
            guard best.count <= limit else { throw .tooManyPairs(limit) }
          }
        }
        guard !Task.isCancelled else { throw .cancelled }
      }
    }
    return best.sorted { ($0.value, $1.key) > ($1.value, $0.key) }.compactMap { pair, cosine in
      guard let first = people[pair.first], let second = people[pair.second] else { return nil }
      return LookAlikes(first: first, second: second, cosine: cosine)
    }
  }
}

extension Float {
  fileprivate mutating func raise(to other: Float) { self = max(self, other) }
}

/// Two numbers of the register, in order.
private struct PairOfPeople: Hashable, Comparable {
  let first: Int32
  let second: Int32

  init(_ one: Int32, _ other: Int32) {
    first = min(one, other)
    second = max(one, other)
  }

  static func < (one: PairOfPeople, other: PairOfPeople) -> Bool {
    (one.first, one.second) < (other.first, other.second)
  }
}
