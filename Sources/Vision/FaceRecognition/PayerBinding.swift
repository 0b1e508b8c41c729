public import CanteenCore

/// Decides whose face may pay the locked amount: the one that stood nearest and alone when it was locked.
///
/// The amount belongs to a face and not to a place. When its owner leaves, only the same face may come back to it;
/// whoever else comes needs an amount of their own, or the word of staff. Nobody owns it yet while nobody is there,
/// while several stand equally near, while the nearest walks, or has just paid; then it falls to the first who stands
/// nearest and alone.
public struct PayerBinding: Sendable {
  /// Who may pay now.
  public enum Turn: Sendable, Equatable {
    /// This face owns the amount.
    case payer(FaceTrack)
    /// Its owner has left, and this may be the same face: ask ``isOwner(_:showing:by:at:)``.
    case claimant(FaceTrack)
    /// Nobody, for now.
    case nobody
    /// The nearest face is not the owner's.
    case othersAmount
  }

  private enum Owner: Sendable {
    /// - Parameter settlesIn: how long somebody has to stand nearest and alone.
    case nobodyYet(settlesIn: Duration)
    case track(Int)
    /// It has left; nil when it was never looked at.
    case away(Embedding?)
    /// Two people were seen as one face.
    case lost
  }

  /// Several stood equally near: whoever was covered for a moment shows again within this time.
  private static let settlesAfterCrowd: Duration = .seconds(1)
  /// Somebody who has just paid and stays may want to pay once more.
  private static let settlesAfterPayment: Duration = .seconds(2)
  /// Looks at a claimant are dear.
  private static let betweenClaims: Duration = .milliseconds(500)

  /// Tracks of faces that have just paid.
  public var served: Set<Int> = []

  private let mostRival: Float
  private let leastHeight: Float
  private var owner = Owner.nobodyYet(settlesIn: .zero)
  /// Who stands nearest and alone, and since when.
  private var alone: (track: Int, since: MonotonicInstant)?
  /// When somebody last stood equally near. Whose face is measured as nearer changes from frame to frame then.
  private var crowdedAt: MonotonicInstant?
  private var claims: [Int: MonotonicInstant] = [:]

  /// - Parameters:
  ///   - mostRival: the next nearest face is at most this much of the nearest one's height, or it is not clear who is
  ///     nearest.
  ///   - leastHeight: smaller faces, in pixels, are too far away to pay.
  public init(mostRival: Float = QualityGate().mostRival, leastHeight: Float = QualityGate().leastHeight) {
    self.mostRival = mostRival
    self.leastHeight = leastHeight
  }

  /// The track of the face that owns the amount and is there.
  public var ownerTrack: Int? { if case .track(let id) = owner { id } else { nil } }

  /// A new amount was locked, or staff gave it to whoever stands there now.
  ///
  /// - Parameters:
  ///   - present: the faces of the frame now, nearest first.
  ///   - unseen: faces that were there a moment ago and may be covered.
  ///   - isHandedOn: the amount was refused to somebody who had just paid.
  public mutating func lock(
    present: [FaceTrack], unseen: [FaceTrack] = [], isHandedOn: Bool = false, at now: MonotonicInstant
  ) {
    (alone, claims) = (nil, [:])
    owner = .nobodyYet(settlesIn: isHandedOn ? Self.settlesAfterCrowd : .zero)
    guard !isHandedOn, let nearest = payerPlace(in: present), !served.contains(nearest.id) else { return }
    if isCrowded(at: now) || !isAlone(present, unseen.filter { !served.contains($0.id) }) {
      owner = .nobodyYet(settlesIn: Self.settlesAfterCrowd)
    } else if !nearest.isWalking {
      owner = .track(nearest.id)
    }
  }

  /// Notes who stands there, also while there is no amount.
  public mutating func see(_ present: [FaceTrack], unseen: [FaceTrack], at now: MonotonicInstant) {
    guard let nearest = payerPlace(in: present) else { return alone = nil }
    guard isAlone(present, unseen) else {
      (alone, crowdedAt) = (nil, now)
      return
    }
    if alone?.track != nearest.id { alone = (nearest.id, now) }
  }

  /// Whose turn it is in this frame.
  ///
  /// - Parameters:
  ///   - present: its faces, nearest first.
  ///   - unseen: faces that it does not show and that have not left.
  public mutating func turn(among present: [FaceTrack], unseen: [FaceTrack] = [], at now: MonotonicInstant)
    -> Turn
  {
    see(present, unseen: unseen, at: now)
    guard let nearest = payerPlace(in: present) else { return .nobody }
    switch owner {
    case .track(let id): return nearest.id == id ? .payer(nearest) : .othersAmount
    case .lost, .away(nil): return .othersAmount
    case .away: return mayClaim(nearest, at: now) ? .claimant(nearest) : .othersAmount
    case .nobodyYet(let settlesIn):
      let wait = served.contains(nearest.id) ? max(settlesIn, Self.settlesAfterPayment) : settlesIn
      guard let alone, alone.since.duration(to: now) >= wait, !isCrowded(at: now),
        !nearest.isWalking
      else { return .nobody }
      owner = .track(nearest.id)
      return .payer(nearest)
    }
  }

  /// Whether the face that came is the owner's who left.
  ///
  /// - Parameter likeness: see ``FaceLikeness``.
  public mutating func isOwner(
    _ track: Int, showing face: Embedding, by likeness: FaceLikeness, at now: MonotonicInstant
  ) -> Bool {
    claims[track] = now
    guard case .away(let anchor?) = owner, likeness.isSame(face, as: anchor) else { return false }
    owner = .track(track)
    return true
  }

  /// - Parameter anchor: the face, as it was looked at first; nil when it never was.
  public mutating func left(_ track: Int, anchor: Embedding?) {
    claims[track] = nil
    if case .track(track) = owner { owner = .away(anchor) }
  }

  /// Another face was seen on this track.
  public mutating func changed(_ track: Int) {
    if case .track(track) = owner { owner = .lost }
  }

  /// The nearest face, if it is near enough to pay.
  private func payerPlace(in present: [FaceTrack]) -> FaceTrack? {
    present.first.flatMap { $0.face.box.height >= leastHeight ? $0 : nil }
  }

  private func mayClaim(_ track: FaceTrack, at now: MonotonicInstant) -> Bool {
    claims[track.id].map { $0.duration(to: now) >= Self.betweenClaims } ?? true
  }

  private func isAlone(_ present: [FaceTrack], _ unseen: [FaceTrack]) -> Bool {
    guard let nearest = present.first else { return false }
    return (present.dropFirst() + unseen).allSatisfy {
      $0.face.box.height <= mostRival * nearest.face.box.height
    }
  }

  private func isCrowded(at now: MonotonicInstant) -> Bool {
    crowdedAt.map { $0.duration(to: now) < Self.settlesAfterCrowd } ?? false
  }
}

/// Whether two looks show the same face.
public struct FaceLikeness: Sendable, Equatable {
  /// Cosine from which two looks within one visit count as the same person.
  public var same: Float
  /// Cosine below which two looks at one track are two people.
  public var other: Float

  public init(same: Float = 0.55, other: Float = 0.4) {
    self.same = same
    self.other = other
  }

  public func isSame(_ face: Embedding, as anchor: Embedding) -> Bool { face.cosine(to: anchor) >= same }
  public func isOther(_ face: Embedding, than anchor: Embedding) -> Bool { face.cosine(to: anchor) < other }
}
