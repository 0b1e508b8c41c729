public import CanteenCore

/// Decides whose face may pay the locked amount: the one that was nearest when it was locked or, after that
/// one has left, a newcomer.
///
/// Whoever was waiting behind when the amount was locked never pays it, even when the first person steps
/// aside. A bystander whom the detector loses for a moment does not become a newcomer.
public struct PayerBinding: Sendable, Equatable {
  /// A face within this time and place of a lost bystander is that bystander.
  private static let memory: Duration = .seconds(2)
  private static let leastOverlap: Float = 0.1

  private struct Bystander: Sendable, Equatable {
    var box: FaceBox
    var lastSeenAt: MonotonicInstant
  }

  private var payer: Int?
  private var bystanders: [Int: Bystander] = [:]
  private var lockedAt: MonotonicInstant?

  public init() {}

  /// A new amount was locked, or a name is wanted anew; `present` are the faces of the frame now, nearest first.
  public mutating func lock(present: [FaceTrack], at now: MonotonicInstant) {
    payer = present.first?.id
    lockedAt = now
    bystanders = [:]
    for track in present.dropFirst() { see(bystander: track, at: now) }
  }

  /// The one face of this frame that may pay; nil when it is not there or somebody else is nearer.
  ///
  /// - Parameter present: the faces of the next frame, nearest first.
  public mutating func payer(among present: [FaceTrack], at now: MonotonicInstant) -> FaceTrack? {
    for track in present where track.id != payer && isBystander(track, at: now) {
      see(bystander: track, at: now)
    }
    guard let nearest = present.first else { return nil }
    if payer == nil, bystanders[nearest.id] == nil { payer = nearest.id }
    return nearest.id == payer ? nearest : nil
  }

  public mutating func left(_ track: Int) {
    if payer == track { payer = nil }
  }

  private func isBystander(_ track: FaceTrack, at now: MonotonicInstant) -> Bool {
    if bystanders[track.id] != nil { return true }
    guard let lockedAt, track.firstSeenAt > lockedAt else { return false }
    return bystanders.values.contains { bystander in
      bystander.lastSeenAt.duration(to: now) <= Self.memory
        && bystander.box.overlap(with: track.face.box) >= Self.leastOverlap
        && bystander.lastSeenAt < track.firstSeenAt
    }
  }

  private mutating func see(bystander track: FaceTrack, at now: MonotonicInstant) {
    bystanders[track.id] = Bystander(box: track.face.box, lastSeenAt: now)
  }
}
