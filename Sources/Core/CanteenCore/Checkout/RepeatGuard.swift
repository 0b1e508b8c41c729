/// Keeps one presentation of a face from being charged twice (I2).
///
/// After a charge the same user is refused until the charged face has left *and* the cooldown has passed,
/// unless staff allow it.
struct RepeatGuard: Sendable {
  private struct Charge {
    /// nil when the charge was not made by a face, or was made before the till restarted.
    let track: Int?
    let at: MonotonicInstant
    var faceHasLeft = false
  }

  private let cooldown: Duration
  private var charges: [OutUserID: Charge] = [:]

  init(cooldown: Duration) {
    self.cooldown = cooldown
  }

  /// Everybody the face may be must be allowed. A phone tail names another account, not another face: a face
  /// that was charged and has not left is not charged again, whatever is typed.
  func allows(_ identification: Identification, at now: MonotonicInstant) -> Bool {
    if identification.evidence.secondFactor != nil, isPresent(track: identification.track) { return false }
    return identification.readings.allSatisfy { allows($0.user.outUserID, at: now) }
  }

  func allows(_ user: OutUserID, at now: MonotonicInstant) -> Bool {
    guard let charge = charges[user] else { return true }
    return charge.faceHasLeft && charge.at.duration(to: now) >= cooldown
  }

  /// Faces that were charged and have not left.
  var presentTracks: Set<Int> {
    Set(charges.values.compactMap { $0.faceHasLeft ? nil : $0.track })
  }

  /// This face was charged and has not left.
  func isPresent(track: Int) -> Bool {
    charges.values.contains { $0.track == track && !$0.faceHasLeft }
  }

  /// Notes the charge for everybody the face may be.
  mutating func charged(_ identification: Identification, at now: MonotonicInstant) {
    charges = charges.filter { !$0.value.faceHasLeft || $0.value.at.duration(to: now) < cooldown }
    for reading in identification.readings {
      charges[reading.user.outUserID] = Charge(track: identification.track, at: now)
    }
  }

  /// A charge without a known face: made before the till restarted, or by card, PIN, name or payment code.
  /// Its face is taken to have left; the cooldown still holds.
  mutating func resume(_ user: OutUserID, chargedAt time: MonotonicInstant) {
    charges[user] = Charge(track: nil, at: time, faceHasLeft: true)
  }

  mutating func faceLeft(track: Int) {
    for (user, charge) in charges where charge.track == track {
      charges[user]?.faceHasLeft = true
    }
  }

  /// The camera closed: no face is in front of it any more.
  mutating func allFacesLeft() {
    for user in charges.keys { charges[user]?.faceHasLeft = true }
  }
}
