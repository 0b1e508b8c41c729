import Foundation
import GatewayProtocol

/// The files of a program's folder as they lay on its disk at one moment.
struct DiskCopy: Sendable {
  let folder: URL
  /// Also lies on a till's disk.
  let lease: Lease?

  /// - Parameter place: made new.
  init(of folder: URL, at place: URL, lease: Lease? = nil) throws {
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    for file in try Self.files(of: folder) {
      try FileManager.default.copyItem(at: file, to: place.appending(path: file.lastPathComponent))
    }
    self.folder = place
    self.lease = lease
  }

  /// Nothing may have the files open.
  func putBack(into folder: URL) throws {
    try Self.empty(folder)
    for file in try Self.files(of: self.folder) {
      try FileManager.default.copyItem(at: file, to: folder.appending(path: file.lastPathComponent))
    }
  }

  /// - Parameter kept: the name of a file that stays.
  static func empty(_ folder: URL, but kept: String? = nil) throws {
    for file in try files(of: folder) where file.lastPathComponent != kept {
      try FileManager.default.removeItem(at: file)
    }
  }

  /// The index of a write-ahead log in shared memory belongs to the program and not to the disk.
  private static func files(of folder: URL) throws -> [URL] {
    let all = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    return all.filter { !$0.lastPathComponent.hasSuffix("-shm") }
  }
}
