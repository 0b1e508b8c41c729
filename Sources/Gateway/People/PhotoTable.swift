import CanteenCore
import Crypto
import FaceRecognition
import Foundation
import GatewayProtocol

/// The photographs of one request, judged one by one.
struct PhotoTable {
  struct Usable {
    let name: String
    let shot: Shot
    let face: Embedding
  }

  private(set) var judged: [EnrolmentVerdict.Photo] = []
  private(set) var usable: [Usable] = []

  /// - Parameters:
  ///   - known: shots whose photographs need not be looked at again.
  ///   - template: makes a template of a photograph. An ``EnrolmentError`` becomes the photograph's flaw.
  init(
    _ photos: [EnrolmentRequest.Photo], known: [Shot], template: (Data) throws -> Embedding
  ) throws {
    var seen: [Data: String] = [:]
    for photo in photos {
      let digest = Data(SHA256.hash(data: photo.bytes))
      if let same = seen.updateValue(photo.name, forKey: digest) {
        judged.append(.init(name: photo.name, flaw: "The same photograph as \(same)."))
        continue
      }
      do {
        let face = try Self.face(in: known, digest: digest) ?? template(photo.bytes)
        usable.append(
          Usable(name: photo.name, shot: Shot(template: face, photoDigest: digest), face: face))
        judged.append(.init(name: photo.name, flaw: nil))
      } catch let error as EnrolmentError {
        judged.append(.init(name: photo.name, flaw: error.description))
      }
    }
  }

  /// All flaws in one sentence or several.
  var complaint: String {
    judged.compactMap { photo in photo.flaw.map { "\(photo.name): \($0)" } }.joined(separator: " ")
  }

  private static func face(in known: [Shot], digest: Data) -> Embedding? {
    known.first { $0.photoDigest == digest }.flatMap { try? Embedding(littleEndianBytes: $0.template) }
  }
}
