/// Keeps one presentation of a face from being charged twice (I2).
///
/// After a charge the same user is refused until the charged face has left *and* the cooldown has passed,
/// unless staff allow it.
struct RepeatGuard: Sendable {
  private struct Charge {
    /// nil when the charge was not made by a face, or was made before the till restarted.
    var track: Int?
    let at: MonotonicInstant
    var faceHasLeft = false
  }

  private let cooldown: Duration
  private var charges: [OutUserID: Charge] = [:]

  init(cooldown: Duration) {
    self.cooldown = cooldown
  }

  /// Everybody the face may be must be allowed. A face that was charged and has not left is not charged again, whatever
  /// name it is taken for or is typed.
  func allows(_ identification: Identification, at now: MonotonicInstant) -> Bool {
    if isPresent(track: identification.track) { return false }
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

  /// A charge by card, PIN, name or payment code. A face of this user that was charged before is still there if it was.
  mutating func charged(_ user: OutUserID, at time: MonotonicInstant) {
    let earlier = charges[user]
    charges[user] = Charge(track: earlier?.track, at: time, faceHasLeft: earlier?.faceHasLeft ?? true)
  }

  /// A charge made before the till restarted: its face counts as present until nobody is in the picture.
  mutating func resume(_ user: OutUserID, chargedAt time: MonotonicInstant) {
    charges[user] = Charge(track: nil, at: time)
  }

  /// Who was just charged stands there, perhaps under a new track.
  mutating func isStillThere(_ identification: Identification) {
    for reading in identification.readings {
      charges[reading.user.outUserID]?.track = identification.track
      charges[reading.user.outUserID]?.faceHasLeft = false
    }
  }

  /// The camera lost a face and has it again under a new track.
  mutating func faceCameBack(_ track: Int, from old: Int) {
    for (user, charge) in charges where charge.track == old {
      charges[user]?.track = track
      charges[user]?.faceHasLeft = false
    }
  }

  /// Faces that were charged before the till restarted are gone.
  mutating func nobodyIsThere() {
    for (user, charge) in charges where charge.track == nil { charges[user]?.faceHasLeft = true }
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
