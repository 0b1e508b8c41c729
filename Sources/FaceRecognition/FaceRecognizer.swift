import COpenCV
public import CanteenCore
import Foundation
public import Imaging

/// Finds faces and tells them apart. Holds both networks, about 140 MB; one caller at a time.
@safe public final class FaceRecognizer {
  /// Faces a frame may show; more are not looked at.
  private static let mostFaces = 64
  private static let leastScore: Float = 0.7
  private static let overlap: Float = 0.3

  private let detector: OpaquePointer
  private let embedder: OpaquePointer

  /// - Parameter threads: of the networks, for the whole process; 0 takes up to two.
  public init(models: RecognitionModels, threads: Int = 0) throws(ModelError) {
    canteen_cv_set_threads(Int32(threads == 0 ? 2 : threads))
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

  /// Finds the faces of a frame, largest first.
  ///
  /// - Parameter longSide: the frame is looked at scaled to this; 320 finds faces from a tenth of the frame.
  public func faces(in frame: Frame, longSide: Int = 320) throws(ImagingError) -> [DetectedFace] {
    var found = [canteen_cv_face](repeating: canteen_cv_face(), count: Self.mostFaces)
    var count: Int32 = 0
    try unsafe frame.withOpenCVImage { image, error in
      unsafe canteen_cv_detect(
        detector, image, Int32(longSide), Self.leastScore, Self.overlap, &found, Int32(found.count), &count,
        &error)
    }
    return found.prefix(Int(count)).map(DetectedFace.init).sorted { $0.box.area > $1.box.area }
  }

  /// Aligns one face by its landmarks and embeds it.
  public func embedding(of face: DetectedFace, in frame: Frame) throws(RecognitionError) -> Embedding {
    var floats = [Float](repeating: 0, count: Embedding.dimension)
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
  public func quality(of face: DetectedFace, in frame: Frame) throws(ImagingError) -> FaceQuality {
    var light = canteen_cv_light()
    try unsafe frame.withOpenCVImage { image, error in
      unsafe canteen_cv_measure(image, face.landmarks.flattened, &light, &error)
    }
    return FaceQuality(
      face: face, frameWidth: frame.width, frameHeight: frame.height, sharpness: light.sharpness,
      brightness: light.brightness)
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
