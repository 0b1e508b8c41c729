import COpenCV
public import Imaging

/// One frame of the infrared camera and the faces found in it.
public struct InfraredFrame: Sendable {
  public let frame: Frame
  public let faces: [DetectedFace]

  public init(frame: Frame, faces: [DetectedFace]) {
    self.frame = frame
    self.faces = faces
  }

  /// Mean brightness below which the lamp is off or the lens covered; then nothing can be said.
  private static let leastBrightness: Float = 8
  /// Overlap from which a face is the one the colour camera sees.
  private static let leastOverlap: Float = 0.3

  /// nil when the infrared camera itself sees nothing, or does not see as far as that.
  func look(at face: DetectedFace, alignment: InfraredAlignment) -> InfraredLook? {
    let place = alignment.infraredBox(of: face.box)
    guard let light = measure(face.landmarks), light.frame_brightness >= Self.leastBrightness,
      place.x >= 0, place.y >= 0, place.x + place.width <= Float(frame.width),
      place.y + place.height <= Float(frame.height)
    else { return nil }
    let there = faces.max { $0.box.overlap(with: place) < $1.box.overlap(with: place) }
    guard let there, there.box.overlap(with: place) >= Self.leastOverlap else { return .noFace }
    return measure(there.landmarks).map { .face(contrast: $0.contrast) }
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

/// Where a point of the colour frame lies in the infrared frame: times `scale`, then plus the offset in infrared
/// pixels. Measured once per till with a face at the usual distance.
public struct InfraredAlignment: Sendable, Equatable, Codable {
  public var scale: Float
  public var offsetX: Float
  public var offsetY: Float

  public init(scale: Float = 1, offsetX: Float = 0, offsetY: Float = 0) {
    self.scale = scale
    self.offsetX = offsetX
    self.offsetY = offsetY
  }

  private enum CodingKeys: String, CodingKey {
    case scale
    case offsetX = "offset_x"
    case offsetY = "offset_y"
  }

  func infraredBox(of box: FaceBox) -> FaceBox {
    FaceBox(
      x: box.x * scale + offsetX, y: box.y * scale + offsetY, width: box.width * scale,
      height: box.height * scale)
  }
}
