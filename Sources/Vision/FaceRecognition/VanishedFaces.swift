import CanteenCore
import Imaging

/// Faces that stood in the picture a moment ago and are not seen now: something may be before them.
struct VanishedFaces {
  /// Somebody who passes by covers nobody for longer.
  private static let coveredFor: Duration = .seconds(1)

  /// What comes so soon before a face vanishes may be what hides it.
  private static let atOnce: Duration = .milliseconds(300)

  /// A face, its first look if it had one, and whether it still owed a proof of life.
  struct Face {
    let track: FaceTrack
    let anchor: Embedding?
    let mustProveLife: Bool
  }

  private var faces: [Face] = []
  /// Whose place those took who came later, by their track.
  private var replaced: [Int: Face] = [:]

  var tracks: [FaceTrack] { faces.map(\.track) }

  /// Whoever stood where this face appeared.
  func predecessor(of track: Int) -> Face? { replaced[track] }

  /// Who was last seen at the edge has left; who vanished elsewhere may be hidden by what is there now.
  ///
  /// - Parameter unseen: those that the frame does not show, just gone ones too.
  /// - Returns: whose place was found taken in this frame, by the track of who took it.
  mutating func update(
    present: [FaceTrack], unseen: [FaceTrack], in frame: Frame, describe: (FaceTrack) -> Face
  ) -> [Int: Face] {
    let (seen, now) = (Set(present.map(\.id)), frame.capturedAt)
    faces.removeAll {
      seen.contains($0.track.id) || $0.track.lastSeenAt.duration(to: now) > Self.coveredFor
    }
    let vanishing = unseen.filter { track in
      track.face.box.isInside(frame) && !faces.contains { $0.track.id == track.id }
    }.map(describe)
    faces += vanishing
    let followed = seen.union(unseen.map(\.id))
    replaced = replaced.filter { followed.contains($0.key) }
    var new: [Int: Face] = [:]
    for track in present where replaced[track.id] == nil {
      // Who stood there before takes nobody's place; who came when it vanished may reach the place later.
      new[track.id] = faces.last { face in
        let vanishes = vanishing.contains { $0.track.id == face.track.id }
        return face.track.firstSeenAt < track.firstSeenAt && track.isNear(face.track)
          && (vanishes || track.firstSeenAt.advanced(by: Self.atOnce) >= face.track.lastSeenAt)
      }
    }
    replaced.merge(new) { first, _ in first }
    return new
  }

  mutating func forgetAll() { (faces, replaced) = ([], [:]) }
}

/// What those looked like whom the camera lost in the middle of the picture: they may have looked down, and still stand
/// there.
struct DepartedFaces {
  private static let keptFor: Duration = .seconds(10)
  private static let most = 16

  private var faces: [(track: Int, anchor: Embedding, at: MonotonicInstant)] = []

  mutating func add(_ track: Int, looking anchor: Embedding?, at time: MonotonicInstant) {
    guard let anchor else { return }
    faces = (faces + [(track, anchor, time)]).suffix(Self.most)
  }

  /// The track under which this face left.
  mutating func match(_ face: Embedding, by likeness: FaceLikeness, at now: MonotonicInstant) -> Int? {
    faces.removeAll { $0.at.duration(to: now) > Self.keptFor }
    guard let index = faces.lastIndex(where: { likeness.isSame(face, as: $0.anchor) }) else { return nil }
    return faces.remove(at: index).track
  }

  mutating func forgetAll() { faces = [] }
}

extension FaceBox {
  /// No side of it is nearer to an edge of the frame than a tenth of its width.
  func isInside(_ frame: Frame) -> Bool {
    let margin = width / 10
    return x >= margin && y >= margin && x + width <= Float(frame.width) - margin
      && y + height <= Float(frame.height) - margin
  }
}
