public import CanteenCore

/// One face followed over frames.
public struct FaceTrack: Sendable, Equatable {
  /// Never used again after the face has left.
  public let id: Int
  public let firstSeenAt: MonotonicInstant
  public internal(set) var lastSeenAt: MonotonicInstant
  public internal(set) var face: DetectedFace
}

/// Follows faces from frame to frame by the overlap of their boxes.
public struct FaceTracker: Sendable {
  /// Overlap from which two boxes are the same face.
  public var leastOverlap: Float
  /// A face that was not seen for this long has left.
  public var patience: Duration

  private var tracks: [FaceTrack] = []
  private var lastID = 0

  public init(leastOverlap: Float = 0.25, patience: Duration = .milliseconds(300)) {
    self.leastOverlap = leastOverlap
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
    var open = Array(tracks.indices)
    var present: [FaceTrack] = []
    for face in faces.sorted(by: { $0.box.area > $1.box.area }) {
      let nearest = open.max {
        tracks[$0].face.box.overlap(with: face.box) < tracks[$1].face.box.overlap(with: face.box)
      }
      if let nearest, tracks[nearest].face.box.overlap(with: face.box) >= leastOverlap {
        tracks[nearest].face = face
        tracks[nearest].lastSeenAt = now
        present.append(tracks[nearest])
        open.removeAll { $0 == nearest }
      } else {
        lastID += 1
        let track = FaceTrack(id: lastID, firstSeenAt: now, lastSeenAt: now, face: face)
        tracks.append(track)
        present.append(track)
      }
    }
    let left = tracks.filter { $0.lastSeenAt.duration(to: now) > patience }.map(\.id)
    tracks.removeAll { left.contains($0.id) }
    return Update(present: present, left: left)
  }

  /// The camera closed: every face has left.
  public mutating func reset() -> [Int] {
    defer { tracks = [] }
    return tracks.map(\.id)
  }
}
