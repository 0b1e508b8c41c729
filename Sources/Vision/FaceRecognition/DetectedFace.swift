/// One face in one frame; all numbers are pixels of that frame.
public struct DetectedFace: Sendable, Equatable {
  public let box: FaceBox
  public let landmarks: FaceLandmarks
  /// 0 … 1.
  public let score: Float

  public init(box: FaceBox, landmarks: FaceLandmarks, score: Float) {
    self.box = box
    self.landmarks = landmarks
    self.score = score
  }
}

extension DetectedFace {
  /// Mean distance between the same landmarks of two faces after both boxes were laid over one another, in sides of
  /// the box.
  func shiftWithinBox(to other: DetectedFace) -> Float {
    func places(_ face: DetectedFace) -> [(x: Float, y: Float)] {
      face.landmarks.points.map {
        (($0.x - face.box.x) / max(face.box.width, 1), ($0.y - face.box.y) / max(face.box.height, 1))
      }
    }
    let distances = zip(places(self), places(other)).map { mine, theirs in
      let (dx, dy) = (mine.x - theirs.x, mine.y - theirs.y)
      return (dx * dx + dy * dy).squareRoot()
    }
    return distances.reduce(0, +) / Float(distances.count)
  }
}

public struct FaceBox: Sendable, Equatable {
  public let x: Float
  public let y: Float
  public let width: Float
  public let height: Float

  public init(x: Float, y: Float, width: Float, height: Float) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
  }

  public var area: Float { width * height }

  /// Shared area over joint area, 0 … 1.
  public func overlap(with other: FaceBox) -> Float {
    let shared =
      max(0, min(x + width, other.x + other.width) - max(x, other.x))
      * max(0, min(y + height, other.y + other.height) - max(y, other.y))
    let joint = area + other.area - shared
    return joint > 0 ? shared / joint : 0
  }
}

/// The five points the aligner uses. Right and left are the person's own.
public struct FaceLandmarks: Sendable, Equatable {
  public struct Point: Sendable, Equatable {
    public let x: Float
    public let y: Float

    public init(x: Float, y: Float) {
      self.x = x
      self.y = y
    }
  }

  public let rightEye: Point
  public let leftEye: Point
  public let nose: Point
  public let rightMouth: Point
  public let leftMouth: Point

  public init(rightEye: Point, leftEye: Point, nose: Point, rightMouth: Point, leftMouth: Point) {
    self.rightEye = rightEye
    self.leftEye = leftEye
    self.nose = nose
    self.rightMouth = rightMouth
    self.leftMouth = leftMouth
  }

  /// In the order of the initialiser.
  var points: [Point] { [rightEye, leftEye, nose, rightMouth, leftMouth] }

  /// Ten floats in the order of the initialiser.
  var flattened: [Float] { points.flatMap { [$0.x, $0.y] } }
}
