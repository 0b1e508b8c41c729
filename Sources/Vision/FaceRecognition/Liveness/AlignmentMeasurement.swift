public import CanteenCore
public import Imaging

/// Finds out how an infrared camera's picture lies over the colour camera's, from one face that both see.
public struct AlignmentMeasurement {
  /// Pairs of pictures before an answer is given.
  public static let leastPictures = 10

  /// Pictures in which both cameras saw the one face.
  public private(set) var pictures = 0
  private var points: [(colour: FaceLandmarks.Point, infrared: FaceLandmarks.Point)] = []
  private let recognizer: FaceRecognizer

  public init(recognizer: FaceRecognizer) {
    self.recognizer = recognizer
  }

  /// - Parameters:
  ///   - colour: upright, as the till sees it.
  ///   - infrared: of the same moment, upright.
  /// - Returns: false when either picture shows no face or several, so that nothing can be learnt.
  public mutating func add(colour: Frame, infrared: Frame) throws(ImagingError) -> Bool {
    guard let one = try onlyFace(in: colour), let other = try onlyFace(in: infrared) else { return false }
    points += zip(one.landmarks.points, other.landmarks.points).map { ($0, $1) }
    pictures += 1
    return true
  }

  /// The alignment with the least squared error, and its root mean square error in infrared pixels; nil
  /// before there are enough pictures.
  public var result: (alignment: InfraredAlignment, error: Float)? {
    guard pictures >= Self.leastPictures else { return nil }
    let count = Float(points.count)
    func mean(_ part: (FaceLandmarks.Point) -> Float) -> (colour: Float, infrared: Float) {
      (
        points.reduce(0) { $0 + part($1.colour) } / count,
        points.reduce(0) { $0 + part($1.infrared) } / count
      )
    }
    let (x, y) = (mean(\.x), mean(\.y))
    var (together, spread): (Float, Float) = (0, 0)
    for (colour, infrared) in points {
      let (dx, dy) = (colour.x - x.colour, colour.y - y.colour)
      together += dx * (infrared.x - x.infrared) + dy * (infrared.y - y.infrared)
      spread += dx * dx + dy * dy
    }
    guard spread > 0, together > 0 else { return nil }
    let scale = together / spread
    let alignment = InfraredAlignment(
      scale: scale, offsetX: x.infrared - scale * x.colour, offsetY: y.infrared - scale * y.colour)
    let squares = points.reduce(Float(0)) { sum, pair in
      let dx = pair.colour.x * scale + alignment.offsetX - pair.infrared.x
      let dy = pair.colour.y * scale + alignment.offsetY - pair.infrared.y
      return sum + dx * dx + dy * dy
    }
    return (alignment, (squares / count).squareRoot())
  }

  private func onlyFace(in frame: Frame) throws(ImagingError) -> DetectedFace? {
    let faces = try recognizer.faces(in: frame)
    guard faces.count == 1, let face = faces.first else { return nil }
    return try recognizer.closeUp(of: face, in: frame)
  }
}
