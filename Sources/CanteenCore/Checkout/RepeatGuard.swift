/// Keeps one presentation of a face from being charged twice (I2).
///
/// After a charge the same user is refused until the charged face has left *and* the cooldown has passed,
/// unless staff allow it.
public struct RepeatGuard: Sendable {
  private struct Charge {
    /// nil for a face that was charged before the till was started again.
    let track: Int?
    let at: MonotonicInstant
    var faceHasLeft = false
  }

  private let cooldown: Duration
  private var charges: [OutUserID: Charge] = [:]

  public init(cooldown: Duration) {
    self.cooldown = cooldown
  }

  public func allows(_ user: OutUserID, at now: MonotonicInstant) -> Bool {
    guard let charge = charges[user] else { return true }
    return charge.faceHasLeft && charge.at.duration(to: now) >= cooldown
  }

  public mutating func charged(_ user: OutUserID, track: Int, at now: MonotonicInstant) {
    charges = charges.filter { !$0.value.faceHasLeft || $0.value.at.duration(to: now) < cooldown }
    charges[user] = Charge(track: track, at: now)
  }

  /// A charge of before the till was started again. Its face cannot be told from a new one, so it is taken to
  /// have left; the cooldown still holds.
  public mutating func resume(_ user: OutUserID, chargedAt time: MonotonicInstant) {
    charges[user] = Charge(track: nil, at: time, faceHasLeft: true)
  }

  public mutating func faceLeft(track: Int) {
    for (user, charge) in charges where charge.track == track {
      charges[user]?.faceHasLeft = true
    }
  }

  /// The camera closed: no face is in front of it any more.
  public mutating func allFacesLeft() {
    for user in charges.keys { charges[user]?.faceHasLeft = true }
  }
}
