import CanteenCore
import Imaging

/// Faces that stood in the picture a moment ago and are not seen now: something may be before them.
struct VanishedFaces {
  /// Somebody who passes by covers nobody for longer.
  private static let coveredFor: Duration = .seconds(1)

  /// A face, and its first look if it had one.
  struct Face {
    let track: FaceTrack
    let anchor: Embedding?
  }

  private var faces: [Face] = []

  var tracks: [FaceTrack] { faces.map(\.track) }

  /// Whoever stood where this face appeared.
  func predecessor(of track: FaceTrack) -> Face? {
    faces.last { $0.track.firstSeenAt < track.firstSeenAt && track.isNear($0.track) }
  }

  /// Who was last seen at the edge has left; who vanished elsewhere may be hidden by what is there now.
  ///
  /// - Returns: those who were seen until now.
  mutating func update(
    present: [FaceTrack], unseen: [FaceTrack], in frame: Frame, anchor: (Int) -> Embedding?
  )
    -> [Face]
  {
    let (seen, now) = (Set(present.map(\.id)), frame.capturedAt)
    faces.removeAll {
      seen.contains($0.track.id) || $0.track.lastSeenAt.duration(to: now) > Self.coveredFor
    }
    let new = unseen.filter { track in
      track.face.box.isInside(frame) && !faces.contains { $0.track.id == track.id }
    }.map { Face(track: $0, anchor: anchor($0.id)) }
    faces += new
    return new
  }

  mutating func forgetAll() { faces = [] }
}

extension FaceBox {
  /// No side of it is nearer to an edge of the frame than a tenth of its width.
  fileprivate func isInside(_ frame: Frame) -> Bool {
    let margin = width / 10
    return x >= margin && y >= margin && x + width <= Float(frame.width) - margin
      && y + height <= Float(frame.height) - margin
  }
}
