import CanteenCore
import COpenCV
public import Imaging

/// What the infrared camera has to show while a frame of the colour camera is looked at.
public enum InfraredView: Sendable {
  /// There is no such camera, or it has failed: the colour camera alone has to do.
  case none
  /// It is open, and its picture of this moment has not come.
  case awaited
  case frame(Frame)
}

/// One frame of the infrared camera and the faces found in it.
public struct InfraredFrame: Sendable {
  public let frame: Frame
  public let faces: [DetectedFace]

  public init(frame: Frame, faces: [DetectedFace]) {
    self.frame = frame
    self.faces = faces
  }

  /// Infrared pictures have less contrast than colour ones and are searched at a larger scale; pixels.
  private static let searchSide = 320

  /// Looks for the faces of an infrared picture as the till does.
  public init(_ frame: Frame, searchedBy recognizer: FaceRecognizer) throws(ImagingError) {
    self.init(frame: frame, faces: try recognizer.faces(in: frame, longSide: Self.searchSide))
  }

  /// Mean brightness below which the lamp is off or the lens covered; then nothing can be said.
  private static let leastBrightness: Float = 8
  /// Overlap from which a face is the one the colour camera sees.
  private static let leastOverlap: Float = 0.3

  func look(at face: DetectedFace, alignment: InfraredAlignment) -> InfraredLook {
    let place = alignment.infraredBox(of: face.box)
    guard let light = measure(face.landmarks), light.frame_brightness >= Self.leastBrightness,
      place.x >= 0, place.y >= 0, place.x + place.width <= Float(frame.width),
      place.y + place.height <= Float(frame.height)
    else { return .unseen }
    let there = faces.max { $0.box.overlap(with: place) < $1.box.overlap(with: place) }
    guard let there, there.box.overlap(with: place) >= Self.leastOverlap else { return .noFace }
    return measure(there.landmarks).map { .face(contrast: $0.contrast) } ?? .unseen
  }

  private func measure(_ landmarks: FaceLandmarks) -> canteen_cv_infrared? {
    var infrared = canteen_cv_infrared()
    do {
      try unsafe frame.withOpenCVImage { image, error in
        unsafe canteen_cv_face_infrared(image, landmarks.flattened, &infrared, &error)
      }
    } catch {
      return nil
    }
    return infrared
  }
}

extension InfraredAlignment {
  func infraredBox(of box: FaceBox) -> FaceBox {
    FaceBox(
      x: box.x * scale + offsetX, y: box.y * scale + offsetY, width: box.width * scale,
      height: box.height * scale)
  }
}
