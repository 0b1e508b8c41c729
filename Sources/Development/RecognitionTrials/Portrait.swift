public import FaceRecognition
public import Imaging

/// A photograph cut and scaled around its one face.
public struct Portrait: Sendable {
  /// Pixels between the eyes after scaling.
  static let eyeDistance: Float = 60

  let picture: Frame
  /// In pixels of the picture.
  let landmarks: FaceLandmarks

  /// - Throws: ``AttackSetError/noFace`` unless there is exactly one face.
  public init(photo: Frame, recognizer: FaceRecognizer) throws(AttackSetError) {
    do {
      let faces = try recognizer.faces(in: photo, longSide: 640)
      guard faces.count == 1, let face = faces.first else { throw AttackSetError.noFace }
      let (right, left) = (face.landmarks.rightEye, face.landmarks.leftEye)
      let eyes = ((left.x - right.x) * (left.x - right.x) + (left.y - right.y) * (left.y - right.y))
        .squareRoot()
      let (x, y) = ((left.x + right.x) / 2, (left.y + right.y) / 2)
      guard eyes >= 16 else { throw AttackSetError.noFace }
      let west = max(0, Int(x - 3.4 * eyes))
      let east = min(photo.width, Int(x + 3.4 * eyes))
      let north = max(0, Int(y - 3 * eyes))
      let south = min(photo.height, Int(y + 4.6 * eyes))
      let scale = Self.eyeDistance / eyes
      picture = try photo.cropped(left: west, top: north, width: east - west, height: south - north)
        .resized(width: Int(Float(east - west) * scale), height: Int(Float(south - north) * scale))
      func place(_ point: FaceLandmarks.Point) -> FaceLandmarks.Point {
        .init(x: (point.x - Float(west)) * scale, y: (point.y - Float(north)) * scale)
      }
      let points = face.landmarks
      landmarks = FaceLandmarks(
        rightEye: place(points.rightEye), leftEye: place(points.leftEye), nose: place(points.nose),
        rightMouth: place(points.rightMouth), leftMouth: place(points.leftMouth))
    } catch let error as AttackSetError {
      throw error
    } catch {
      throw .drawing("\(error)")
    }
  }

  /// Ten floats, as the drawing functions take them.
  var points: [Float] {
    [
      landmarks.rightEye, landmarks.leftEye, landmarks.nose, landmarks.rightMouth, landmarks.leftMouth,
    ].flatMap { [$0.x, $0.y] }
  }

  /// From the middle of the picture to between the eyes.
  var eyesOffset: (x: Float, y: Float) {
    (
      (landmarks.rightEye.x + landmarks.leftEye.x) / 2 - Float(picture.width) / 2,
      (landmarks.rightEye.y + landmarks.leftEye.y) / 2 - Float(picture.height) / 2
    )
  }
}

/// Why presentations cannot be drawn.
public enum AttackSetError: Error, Equatable, CustomStringConvertible {
  case noFace
  case tooFewPortraits(Int)
  case drawing(String)

  public var description: String {
    switch self {
    case .noFace: "A portrait must show exactly one face."
    case .tooFewPortraits(let count):
      "An attack set needs portraits with one face from at least 2 files, not \(count); name another folder."
    case .drawing(let reason): "A presentation could not be drawn: \(reason)"
    }
  }
}
