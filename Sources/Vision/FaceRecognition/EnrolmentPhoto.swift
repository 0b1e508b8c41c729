public import CanteenCore
public import Imaging

extension FaceRecognizer {
  /// Photographs are scaled to this long side, in pixels, before the search; faces in them may be small.
  private static let photoLongSide = 640

  /// Makes a template from a photograph that shows one person. The photograph is not kept.
  public func template(fromPhoto bytes: [UInt8], gate: QualityGate = QualityGate()) throws(EnrolmentError)
    -> Embedding
  {
    do {
      let photo = try Frame(decoding: bytes)
      let faces = try faces(in: photo, longSide: Self.photoLongSide)
      guard let found = faces.first else { throw EnrolmentError.noFace }
      guard faces.count == 1 else { throw EnrolmentError.severalFaces(faces.count) }
      guard let face = try closeUp(of: found, in: photo) else { throw EnrolmentError.noFace }
      let flaws = try gate.flaws(of: quality(of: face, in: photo)).filter { $0 != .tooNear }
      guard flaws.isEmpty else { throw EnrolmentError.poor(flaws) }
      return try embedding(of: face, in: photo)
    } catch let error as EnrolmentError {
      throw error
    } catch let error as ImagingError {
      throw .picture(error)
    } catch {
      throw .picture(.failed("\(error)"))
    }
  }
}

/// Why a photograph cannot enrol anybody.
public enum EnrolmentError: Error, Equatable, CustomStringConvertible {
  case picture(ImagingError)
  case noFace
  case severalFaces(Int)
  case poor([QualityGate.Flaw])

  public var description: String {
    switch self {
    case .picture(let error): error.description
    case .noFace: "No face was found; use a photograph that shows the face from the front."
    case .severalFaces(let count):
      "\(count) faces were found; use a photograph that shows only this person."
    case .poor(let flaws):
      "The photograph will not do: \(flaws.map { $0.guidance.en.lowercased() }.joined(separator: ", "))."
    }
  }
}
