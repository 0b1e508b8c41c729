/// How a loop that works until it is cancelled reports that it makes progress.
public struct LoopReport: Sendable {
  private let tellDone: @Sendable () -> Void
  private let tellRest: @Sendable (MonotonicInstant?) -> Void

  public init(
    roundDone: @escaping @Sendable () -> Void, rests: @escaping @Sendable (_ until: MonotonicInstant?) -> Void
  ) {
    tellDone = roundDone
    tellRest = rests
  }

  /// Nobody listens.
  public static let unheard = LoopReport(roundDone: {}, rests: { _ in })

  /// The work that there was is done.
  public func roundDone() { tellDone() }

  /// Nothing is done until `moment`, or, without one, until there is work.
  public func rests(until moment: MonotonicInstant? = nil) { tellRest(moment) }
}
