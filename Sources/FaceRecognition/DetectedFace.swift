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

  /// Mean distance between the same points of two faces, in pixels.
  public func meanDistance(to other: FaceLandmarks) -> Float {
    zip(points, other.points).reduce(0) { sum, pair in
      let (dx, dy) = (pair.0.x - pair.1.x, pair.0.y - pair.1.y)
      return sum + (dx * dx + dy * dy).squareRoot()
    } / Float(points.count)
  }
}
