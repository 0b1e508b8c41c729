public import CanteenCore
import COpenCV
import Crypto
public import Foundation

/// The two models, read from a folder and checked against the hashes this program was made for.
///
/// YuNet 2023mar (MIT) finds faces, SFace 2021dec (Apache-2.0) tells them apart; both from the OpenCV Zoo.
public struct RecognitionModels: Sendable {
  static let detectorFile = "face_detection_yunet_2023mar.onnx"
  static let detectorSHA256 = "8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4"
  static let embedderFile = "face_recognition_sface_2021dec.onnx"
  static let embedderSHA256 = "0ba9fbfa01b5270c96627c4ef784da859931e02f04419c829e83484087c34e79"

  /// Version of how faces are aligned before they are embedded; a change makes stored templates useless.
  static let alignerVersion = 2

  let detector: URL
  let embedder: URL

  /// Checks both files; only their names are kept, since the bytes are 39 MB.
  public init(folder: URL) throws(ModelError) {
    detector = try Self.checked(Self.detectorFile, sha256: Self.detectorSHA256, in: folder)
    embedder = try Self.checked(Self.embedderFile, sha256: Self.embedderSHA256, in: folder)
  }

  /// What every template made with these models carries.
  public static var origin: EmbeddingOrigin {
    let version = unsafe String(cString: canteen_cv_version())
    return EmbeddingOrigin(
      modelSHA256: embedderSHA256, engine: "opencv-\(version)", aligner: alignerVersion)
  }

  private static func checked(_ name: String, sha256: String, in folder: URL) throws(ModelError) -> URL {
    let file = folder.appending(path: name)
    var hash = SHA256()
    do {
      let handle = try FileHandle(forReadingFrom: file)
      defer { try? handle.close() }
      while let part = try handle.read(upToCount: 1 << 20), !part.isEmpty { hash.update(data: part) }
    } catch {
      throw .missing(file.path)
    }
    let found = hash.finalize().hex
    guard found == sha256 else { throw .wrongHash(file.path, expected: sha256, found: found) }
    return file
  }
}

/// Why the models cannot be used.
public enum ModelError: Error, Equatable, CustomStringConvertible {
  case missing(String)
  case wrongHash(String, expected: String, found: String)
  /// The inference engine's own words.
  case unusable(String)

  public var description: String {
    switch self {
    case .missing(let path):
      "The model \(path) is missing; run `make models`, on an installed box `canteen-fetch-models`."
    case .wrongHash(let path, let expected, let found):
      "The model \(path) is not the one this program needs (SHA-256 \(found.prefix(12))…, not "
        + "\(expected.prefix(12))…); delete it and run `make models`, on an installed box `canteen-fetch-models`."
    case .unusable(let reason):
      "The models cannot be loaded: \(reason)."
    }
  }
}
