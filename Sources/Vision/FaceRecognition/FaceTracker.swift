public import CanteenCore

/// One face followed over frames.
public struct FaceTrack: Sendable, Equatable {
  /// Never used again after the face has left.
  public let id: Int
  public let firstSeenAt: MonotonicInstant
  public internal(set) var lastSeenAt: MonotonicInstant
  public internal(set) var face: DetectedFace

  public init(id: Int, firstSeenAt: MonotonicInstant, lastSeenAt: MonotonicInstant, face: DetectedFace) {
    self.id = id
    self.firstSeenAt = firstSeenAt
    self.lastSeenAt = lastSeenAt
    self.face = face
  }
}

/// Follows faces from frame to frame by the overlap of their boxes and by where the landmarks lie in them.
///
/// A face that steps before another may take over its box, but not its landmarks: it becomes a track of its own.
public struct FaceTracker: Sendable {
  /// Overlap from which two boxes may be the same face.
  public var leastOverlap: Float
  /// How far the landmarks may have moved within their boxes on average, in sides of the box; a turning head moves
  /// them by half of this.
  public var mostShift: Float
  /// A face that was not seen for this long has left.
  public var patience: Duration

  private var tracks: [FaceTrack] = []
  private var lastID = 0

  public init(
    leastOverlap: Float = 0.25, mostShift: Float = 0.25, patience: Duration = .milliseconds(300)
  ) {
    self.leastOverlap = leastOverlap
    self.mostShift = mostShift
    self.patience = patience
  }

  public struct Update: Sendable, Equatable {
    /// The faces of this frame, largest first.
    public let present: [FaceTrack]
    /// Faces that have left since the frame before.
    public let left: [Int]
  }

  /// Takes the faces of the next frame, in any order.
  public mutating func update(with faces: [DetectedFace], at now: MonotonicInstant) -> Update {
    let known = assignments(of: faces)
    var present: [FaceTrack] = []
    for (index, face) in faces.enumerated() {
      if let track = known[index] {
        tracks[track].face = face
        tracks[track].lastSeenAt = now
        present.append(tracks[track])
      } else {
        lastID += 1
        let track = FaceTrack(id: lastID, firstSeenAt: now, lastSeenAt: now, face: face)
        tracks.append(track)
        present.append(track)
      }
    }
    let left = tracks.filter { $0.lastSeenAt.duration(to: now) > patience }.map(\.id)
    tracks.removeAll { left.contains($0.id) }
    return Update(present: present.sorted { $0.face.box.area > $1.face.box.area }, left: left)
  }

  /// The camera closed: every face has left.
  public mutating func reset() -> [Int] {
    defer { tracks = [] }
    return tracks.map(\.id)
  }

  /// Which track each face continues, the surest pairs first.
  private func assignments(of faces: [DetectedFace]) -> [Int: Int] {
    var pairs: [(face: Int, track: Int, lookAlikes: Float)] = []
    for (index, face) in faces.enumerated() {
      for (track, known) in tracks.enumerated() {
        let overlap = known.face.box.overlap(with: face.box)
        let shift = known.face.shiftWithinBox(to: face)
        guard overlap >= leastOverlap, shift <= mostShift else { continue }
        pairs.append((index, track, overlap - shift))
      }
    }
    var known: [Int: Int] = [:]
    var taken: Set<Int> = []
    for pair in pairs.sorted(by: { $0.lookAlikes > $1.lookAlikes })
    where known[pair.face] == nil && taken.insert(pair.track).inserted {
      known[pair.face] = pair.track
    }
    return known
  }
}
