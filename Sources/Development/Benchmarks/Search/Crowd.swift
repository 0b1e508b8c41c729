import CanteenCore
import FaceIndex
import Foundation
import GatewayProtocol

/// A growing index, and a file with the same rows for the peers to read. No face of anybody is in it.
final class Crowd {
  let index = FaceIndex<Int>()
  let path: String
  private let file: FileHandle
  private var school = SchoolOfFaces()
  /// Whose each row of the file is.
  private var owners: [Int] = []

  init(file url: URL) throws {
    path = url.path
    try Data().write(to: url)
    file = try FileHandle(forWritingTo: url)
  }

  func owner(ofRow row: Int) -> Int? { owners.indices.contains(row) ? owners[row] : nil }

  func grow(to size: Int) throws {
    while owners.count < size {
      var changes: [FaceChange<Int>] = []
      var bytes = Data()
      for person in index.peopleCount..<index.peopleCount + 1_000 where owners.count < size {
        let templates = Array(try school.person().prefix(size - owners.count))
        for template in templates { bytes += template.littleEndianBytes }
        owners += templates.map { _ in person }
        changes.append(.replace(person, with: templates))
      }
      try index.apply(changes)
      try file.write(contentsOf: bytes)
    }
  }
}
