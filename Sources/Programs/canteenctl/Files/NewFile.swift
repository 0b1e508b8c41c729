import Foundation

/// A file that is there whole or not at all, also after a power cut: written beside its place, synced, renamed.
struct NewFile {
  let path: String
  let mayReplace: Bool

  /// - Throws: ``CommandError`` when there is such a file already and it may not be replaced.
  init(_ path: String, mayReplace: Bool) throws(CommandError) {
    guard mayReplace || !FileManager.default.fileExists(atPath: path) else {
      throw CommandError("\(path) exists already; choose another name, or say --force to replace it.")
    }
    self.path = path
    self.mayReplace = mayReplace
  }

  /// - Parameter readableByAll: for settings that other users' programs read; never for what names people.
  func write(_ contents: Data, readableByAll: Bool = false) async throws {
    try await write(readableByAll: readableByAll) { try $0.write(contentsOf: contents) }
  }

  /// The name appears when `fill` has written everything.
  func write(readableByAll: Bool = false, _ fill: (FileHandle) async throws -> Void) async throws {
    let beside = path + ".new"
    let rights = readableByAll ? 0o644 : 0o600
    do {
      guard
        FileManager.default.createFile(
          atPath: beside, contents: nil, attributes: [.posixPermissions: rights])
      else { throw CocoaError(.fileWriteUnknown) }
      let file = try FileHandle(forWritingTo: URL(filePath: beside))
      defer { try? file.close() }
      try await fill(file)
      try file.synchronize()
    } catch let complaint as CommandError {
      try? FileManager.default.removeItem(atPath: beside)
      throw complaint
    } catch {
      try? FileManager.default.removeItem(atPath: beside)
      throw CommandError("\(beside) cannot be written; check the folder and the free space.")
    }
    guard rename(beside, path) == 0 else {
      throw CommandError("\(beside) is written but cannot be renamed to \(path).")
    }
    syncFolder()
  }

  /// The new name is on the disk too.
  private func syncFolder() {
    let folder = open(URL(filePath: path).deletingLastPathComponent().path, O_RDONLY | O_DIRECTORY)
    guard folder >= 0 else { return }
    fsync(folder)
    close(folder)
  }
}
