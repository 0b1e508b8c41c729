public import CanteenCore

/// One face followed over frames.
public struct FaceTrack: Sendable, Equatable {
  /// Never used again after the face has left.
  public let id: Int
  public let firstSeenAt: MonotonicInstant
  public internal(set) var lastSeenAt: MonotonicInstant
  public internal(set) var face: DetectedFace
  /// Frames in a row that did not show it.
  var framesMissed = 0
  /// In its own heights a second, sideways or in growth. Nobody who was never seen twice is known to stand.
  var speed: Float = 4

  /// Slower than this, somebody stands, though they may sway.
  private static let standing: Float = 1.2
  /// Somebody who never stands still counts as standing after this time.
  private static let walkingPatience: Duration = .seconds(2)

  /// Nearer to another face than a face and a half: one of them may hide the other.
  func isNear(_ other: FaceTrack) -> Bool {
    let (mine, its) = (face.box, other.face.box)
    let (dx, dy) = (
      mine.x + mine.width / 2 - its.x - its.width / 2, mine.y + mine.height / 2 - its.y - its.height / 2
    )
    return (dx * dx + dy * dy).squareRoot() <= 1.5 * max(mine.height, its.height)
  }

  /// It is still walking, and what it looks like now says little.
  public var isWalking: Bool {
    speed > Self.standing && firstSeenAt.duration(to: lastSeenAt) < Self.walkingPatience
  }

  public init(id: Int, firstSeenAt: MonotonicInstant, lastSeenAt: MonotonicInstant, face: DetectedFace) {
    self.id = id
    self.firstSeenAt = firstSeenAt
    self.lastSeenAt = lastSeenAt
    self.face = face
  }
}

extension FaceTrack {
  mutating func move(to newest: DetectedFace, at now: MonotonicInstant) {
    let seconds = Float(lastSeenAt.duration(to: now).milliseconds / 1_000)
    if seconds > 0 {
      let (old, new) = (face.box, newest.box)
      let (dx, dy) = (
        new.x + new.width / 2 - old.x - old.width / 2, new.y + new.height / 2 - old.y - old.height / 2
      )
      let way = max((dx * dx + dy * dy).squareRoot(), abs(new.height - old.height))
      // The detector trembles: half of what is new and half of what was is smooth enough.
      speed = (speed + way / max(new.height, 1) / seconds) / 2
    }
    (face, lastSeenAt, framesMissed) = (newest, now, 0)
  }
}

/// Follows faces from frame to frame by the overlap of their boxes and by where the landmarks lie in them.
///
/// A face that steps before another may take over its box, but not its landmarks or its size: it becomes a track of
/// its own. Whether a track is still one person, only the face itself can tell; see ``FaceExaminer``.
public struct FaceTracker: Sendable {
  /// Overlap from which two boxes may be the same face.
  public var leastOverlap: Float
  /// How far the landmarks may have moved within their boxes on average, in sides of the box; a turning head moves
  /// them by half of this.
  public var mostShift: Float
  /// How much a face may grow or shrink from one frame to the next.
  public var mostGrowth: Float
  /// A face that was not seen in more frames than these has left …
  public var mostFramesMissed: Int
  /// … and so has one that was not seen for this long.
  public var patience: Duration

  private var tracks: [FaceTrack] = []
  private var lastID = 0

  public init(
    leastOverlap: Float = 0.25, mostShift: Float = 0.25, mostGrowth: Float = 1.5, mostFramesMissed: Int = 2,
    patience: Duration = .milliseconds(500)
  ) {
    self.leastOverlap = leastOverlap
    self.mostShift = mostShift
    self.mostGrowth = mostGrowth
    self.mostFramesMissed = mostFramesMissed
    self.patience = patience
  }

  public struct Update: Sendable, Equatable {
    /// The faces of this frame, largest first.
    public let present: [FaceTrack]
    /// Faces that this frame does not show, and that have not left.
    public let unseen: [FaceTrack]
    /// Faces that have left since the frame before.
    public let left: [FaceTrack]
  }

  /// Takes the faces of the next frame, in any order.
  public mutating func update(with faces: [DetectedFace], at now: MonotonicInstant) -> Update {
    let known = assignments(of: faces, at: now)
    var present: [FaceTrack] = []
    for (index, face) in faces.enumerated() {
      if let track = known[index] {
        tracks[track].move(to: face, at: now)
        present.append(tracks[track])
      } else {
        lastID += 1
        let track = FaceTrack(id: lastID, firstSeenAt: now, lastSeenAt: now, face: face)
        tracks.append(track)
        present.append(track)
      }
    }
    for index in tracks.indices where tracks[index].lastSeenAt < now { tracks[index].framesMissed += 1 }
    let left = tracks.filter {
      $0.framesMissed > mostFramesMissed || $0.lastSeenAt.duration(to: now) > patience
    }
    tracks.removeAll { track in left.contains { $0.id == track.id } }
    let unseen = tracks.filter { $0.framesMissed > 0 }
    return Update(
      present: present.sorted { $0.face.box.area > $1.face.box.area }, unseen: unseen, left: left)
  }

  /// The face of a track turned out to be another person's: from now on it is a track of its own.
  ///
  /// - Returns: nil when there is no such track.
  public mutating func split(_ id: Int) -> FaceTrack? {
    guard let index = tracks.firstIndex(where: { $0.id == id }) else { return nil }
    let old = tracks[index]
    lastID += 1
    tracks[index] = FaceTrack(
      id: lastID, firstSeenAt: old.lastSeenAt, lastSeenAt: old.lastSeenAt, face: old.face)
    return tracks[index]
  }

  /// The camera closed: every face has left.
  public mutating func reset() -> [Int] {
    defer { tracks = [] }
    return tracks.map(\.id)
  }

  /// Which track each face continues, the surest pairs first.
  private func assignments(of faces: [DetectedFace], at now: MonotonicInstant) -> [Int: Int] {
    var pairs: [(face: Int, track: Int, lookAlikes: Float)] = []
    for (index, face) in faces.enumerated() {
      for (track, known) in tracks.enumerated() where known.lastSeenAt.duration(to: now) <= patience {
        let overlap = known.face.box.overlap(with: face.box)
        let shift = known.face.shiftWithinBox(to: face)
        let growth = face.box.height / max(known.face.box.height, 1)
        guard overlap >= leastOverlap, shift <= mostShift, (1 / mostGrowth...mostGrowth).contains(growth)
        else { continue }
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
