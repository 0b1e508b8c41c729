public import CanteenCore
import COpenCV
import Foundation
public import Imaging

/// Finds faces and tells them apart. Holds both networks, about 140 MB; one caller at a time.
@safe public final class FaceRecognizer {
  /// Faces a frame may show; more are not looked at.
  private static let mostFaces = 64
  private static let leastScore: Float = 0.7
  private static let overlap: Float = 0.3
  private static let leastSide = 160
  /// Side of the square that is looked at close up, as a multiple of the face's larger side.
  private static let closeUpReach: Float = 1.6

  private let detector: OpaquePointer
  private let embedder: OpaquePointer

  /// How many faces were embedded so far: the dearest step.
  public private(set) var embeddingsMade = 0

  /// - Throws: ``ModelError`` when a model cannot be used.
  public init(models: RecognitionModels) throws(ModelError) {
    unsafe detector = try unsafe Self.load(models.detector, with: canteen_cv_detector_make)
    do {
      unsafe embedder = try unsafe Self.load(models.embedder, with: canteen_cv_embedder_make)
    } catch {
      unsafe canteen_cv_detector_free(detector)
      throw error
    }
  }

  deinit {
    // Both were handed over by their make functions and are freed nowhere else.
    unsafe canteen_cv_detector_free(detector)
    unsafe canteen_cv_embedder_free(embedder)
  }

  /// Finds the faces of a frame, largest first. Quick and coarse; ``closeUp(of:in:)`` looks closer.
  ///
  /// - Parameter longSide: the frame is scaled to this before the search; unless given, to a quarter of its
  ///   long side, at least 160 and at most 640 pixels.
  public func faces(in frame: Frame, longSide: Int? = nil) throws(ImagingError) -> [DetectedFace] {
    let longSide = longSide ?? Self.watchSide(of: frame)
    var found = [canteen_cv_face](repeating: canteen_cv_face(), count: Self.mostFaces)
    var count: Int32 = 0
    try unsafe frame.withOpenCVImage { image, error in
      unsafe canteen_cv_detect(
        detector, image, Int32(longSide), Self.leastScore, Self.overlap, &found, Int32(found.count), &count,
        &error)
    }
    return found.prefix(Int(count)).map(DetectedFace.init).filter { $0.box.isMostly(inside: frame) }
      .sorted { $0.box.area > $1.box.area }
  }

  /// The same face with landmarks from a closer look, at the cost of another search of a small frame; nil when the
  /// closer look finds no face there.
  ///
  /// A template needs landmarks as fine as these: with those of a whole frame, small movements make the score
  /// to the same person vary more.
  public func closeUp(of face: DetectedFace, in frame: Frame) throws(ImagingError) -> DetectedFace? {
    var coarse = canteen_cv_face(face)
    var closer = canteen_cv_face()
    var found: Int32 = 0
    try unsafe frame.withOpenCVImage { image, error in
      unsafe canteen_cv_detect_close_up(
        detector, image, &coarse, Self.closeUpReach, Int32(Self.leastSide), Self.leastScore, &closer, &found,
        &error)
    }
    return found == 1 ? DetectedFace(closer) : nil
  }

  /// A quarter of the frame's long side: YuNet finds faces from about 10 pixels on, so from 40 in the frame.
  private static func watchSide(of frame: Frame) -> Int {
    min(max(leastSide, max(frame.width, frame.height) / 4), 640)
  }

  /// Enough to notice that somebody comes, at 60 % of the cost: finds faces from 50 pixels on. Of two people
  /// it misses one now and then.
  static func glanceSide(of frame: Frame) -> Int { watchSide(of: frame) * 4 / 5 }

  /// Aligns one face by its landmarks and embeds it.
  public func embedding(of face: DetectedFace, in frame: Frame) throws(RecognitionError) -> Embedding {
    var floats = [Float](repeating: 0, count: Embedding.dimension)
    embeddingsMade += 1
    do {
      try unsafe frame.withOpenCVImage { image, error in
        unsafe canteen_cv_embed(embedder, image, face.landmarks.flattened, &floats, &error)
      }
    } catch {
      throw .imaging(error)
    }
    do {
      return try Embedding(scaling: floats)
    } catch {
      throw .embedding(error)
    }
  }

  /// Measures what ``QualityGate`` judges.
  ///
  /// - Parameter rival: the next nearest face of the frame.
  public func quality(
    of face: DetectedFace, besides rival: DetectedFace? = nil, in frame: Frame
  ) throws(ImagingError) -> FaceQuality {
    var light = canteen_cv_light()
    try unsafe frame.withOpenCVImage { image, error in
      unsafe canteen_cv_measure(image, face.landmarks.flattened, &light, &error)
    }
    return FaceQuality(
      face: face, rival: rival, frameWidth: frame.width, frameHeight: frame.height,
      sharpness: light.sharpness,
      brightness: light.brightness, evenness: light.evenness)
  }

  /// What hides parts of a face; nil when nothing that is known does.
  public func covering(of face: DetectedFace, in frame: Frame) throws(ImagingError) -> FaceCovering? {
    var covers = canteen_cv_covers()
    try unsafe frame.withOpenCVImage { image, error in
      unsafe canteen_cv_measure_covers(image, face.landmarks.flattened, &covers, &error)
    }
    return CoverMeasurement(
      eyes: covers.eyes, mouthDetail: covers.mouth_detail, mouthTint: covers.mouth_tint
    ).covering
  }

  private typealias Make =
    (UnsafePointer<CChar>?, UnsafeMutablePointer<OpaquePointer?>?, UnsafeMutablePointer<canteen_cv_error>?)
    -> Int32

  private static func load(_ model: URL, with make: Make) throws(ModelError) -> OpaquePointer {
    var network: OpaquePointer?
    do {
      try callingOpenCV { error in unsafe make(model.path, &network, &error) }
    } catch {
      throw .unusable(error.description)
    }
    guard let network = unsafe network else { throw .unusable("the engine returned nothing") }
    return unsafe network
  }
}

/// Why a face was not embedded.
public enum RecognitionError: Error, Equatable {
  case imaging(ImagingError)
  case embedding(EmbeddingError)
}

extension FaceBox {
  /// An empty picture may still make the detector report a huge box around nothing.
  fileprivate func isMostly(inside frame: Frame) -> Bool {
    let (width, height) = (Float(frame.width), Float(frame.height))
    let shared =
      max(0, min(x + self.width, width) - max(x, 0)) * max(0, min(y + self.height, height) - max(y, 0))
    return shared >= area / 2
  }
}

extension canteen_cv_face {
  fileprivate init(_ face: DetectedFace) {
    self.init()
    (x, y, width, height) = (face.box.x, face.box.y, face.box.width, face.box.height)
    score = face.score
  }
}

extension DetectedFace {
  fileprivate init(_ face: canteen_cv_face) {
    let p = face.points
    self.init(
      box: FaceBox(x: face.x, y: face.y, width: face.width, height: face.height),
      landmarks: FaceLandmarks(
        rightEye: .init(x: p.0, y: p.1), leftEye: .init(x: p.2, y: p.3), nose: .init(x: p.4, y: p.5),
        rightMouth: .init(x: p.6, y: p.7), leftMouth: .init(x: p.8, y: p.9)),
      score: face.score)
  }
}
