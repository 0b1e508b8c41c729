import CanteenCore
import Imaging

/// One face is one person: what was seen of it holds while it is the same.
extension FaceExaminer {
  mutating func compare(_ face: Embedding, of track: FaceTrack, in frame: Frame)
    -> ExaminedFace.Sameness
  {
    let (likeness, now, frameTime) = (likeness, clock.now, frame.capturedAt)
    let knewItsFace = subjects[track.id]?.anchor != nil
    let sameness =
      subjects[track.id]?.compare(
        face, isWalking: track.isWalking, by: likeness, at: now, frameTime: frameTime) ?? .doubtful
    if !knewItsFace, let old = departed.match(face, by: likeness, at: frameTime) {
      untold.append(.cameBack(track: track.id, from: old))
    }
    return sameness
  }

  /// While it is not their turn, one look at whoever stands there: what they look like must be known before they are
  /// anybody's successor, and before it counts that they are alive.
  mutating func takeFirstLook(in frame: Frame) throws(RecognitionError) {
    guard let usable, let subject = subjects[usable.track.id], subject.anchor == nil,
      !usable.track.isWalking,
      subject.presentAt.duration(to: frame.capturedAt) >= Self.passingBy,
      let face = try embedding(of: usable, in: frame)
    else { return }
    _ = compare(face, of: usable.track, in: frame)
  }

  /// The face on this track is another person's: nothing that was known of it holds any more.
  mutating func begins(another track: Int, in frame: Frame) {
    let earlier = subjects.removeValue(forKey: track)
    departed.add(track, looking: earlier?.anchor, at: frame.capturedAt)
    binding.changed(track)
    usable = nil
    untold.append(.left(track: track, wasStranger: earlier?.isStranger == true))
    guard let new = tracker.split(track) else { return }
    present = present.map { $0.id == track ? new : $0 }
    subjects[new.id] = ExaminedFace(
      presentAt: frame.capturedAt, infraredAlignment: liveness.infraredAlignment,
      replaces: VanishedFaces.Face(
        track: new, anchor: earlier?.anchor, mustProveLife: earlier?.mustProveLife == true))
    nearestTold = new.id
    untold += [.present(track: new.id), .nearest(track: new.id)]
  }

  /// Somebody who is known and has no amount yet must still be there when it comes.
  func isTimeToLookAgain(at track: Int, _ frame: Frame) -> Bool {
    guard let round, round.amount == nil, let last = subjects[track]?.lastLookAt else { return false }
    return last.duration(to: clock.now) >= Self.betweenAssurances
  }

  mutating func lookAgain(at usable: UsableFace, in frame: Frame) throws(RecognitionError) {
    guard isTimeToLookAgain(at: usable.track.id, frame), let face = try embedding(of: usable, in: frame),
      compare(face, of: usable.track, in: frame) == .other
    else { return }
    begins(another: usable.track.id, in: frame)
  }

  mutating func notice(_ unseen: [FaceTrack], in frame: Frame) {
    let (subjects, likeness) = (subjects, likeness)
    let replaced = vanished.update(present: present, unseen: unseen, in: frame) { track in
      VanishedFaces.Face(
        track: track, anchor: subjects[track.id]?.anchor,
        mustProveLife: subjects[track.id]?.mustProveLife == true)
    }
    for (later, face) in replaced { self.subjects[later]?.tookPlace(of: face, by: likeness) }
  }
}
