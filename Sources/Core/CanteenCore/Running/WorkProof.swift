/// Whether a daemon makes progress. The proof is complete when every loop has finished a round since the
/// proof was last complete, or has said that it rests.
///
/// The passing of time proves nothing. A loop that stands still keeps the proof incomplete, however busy the
/// others are.
public struct WorkProof<Loop: Hashable & Sendable>: Sendable {
  public enum Event: Sendable {
    /// The loop did what there was to do, even if that was to find nothing or to fail in an orderly way.
    case roundDone(Loop)
    /// The loop has nothing to do until then; nil: until it is called.
    case rests(Loop, until: MonotonicInstant?)
    /// There is work for a loop that rests without an end. One that waits for a moment is left waiting.
    case called(Loop)
  }

  private enum Standing {
    case owesRound
    case roundDone
    case rests(until: MonotonicInstant?)
  }

  private var standings: [Loop: Standing]

  /// - Parameter resting: loops that rest until they are first called; all others owe a round from the start.
  public init(loops: Set<Loop>, resting: Set<Loop> = []) {
    standings = Dictionary(
      uniqueKeysWithValues: loops.map { ($0, resting.contains($0) ? .rests(until: nil) : .owesRound) })
  }

  /// - Returns: true when this completes the proof; each loop that did a round then owes the next one.
  public mutating func receive(_ event: Event, at now: MonotonicInstant) -> Bool {
    switch event {
    case .roundDone(let loop):
      standings[loop] = .roundDone
    case .rests(let loop, let until):
      standings[loop] = .rests(until: until)
    case .called(let loop):
      if case .rests(until: nil) = standings[loop] { standings[loop] = .owesRound }
    }
    guard late(at: now).isEmpty else { return false }
    let worked = standings.filter { if case .roundDone = $0.value { true } else { false } }.keys
    for loop in worked { standings[loop] = .owesRound }
    return !worked.isEmpty
  }

  /// The loops that the proof waits for.
  public func late(at now: MonotonicInstant) -> Set<Loop> {
    let late = standings.filter { _, standing in
      switch standing {
      case .owesRound: true
      case .roundDone: false
      case .rests(let until): until.map { $0 <= now } ?? false
      }
    }
    return Set(late.keys)
  }
}
