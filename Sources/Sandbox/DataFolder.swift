import Foundation

/// The folder of one sandbox: readable by its owner only.
struct DataFolder: Sendable {
  let url: URL

  /// Makes the folder if need be; its mode becomes 0700 in any case.
  init(_ url: URL) throws(SandboxError) {
    self.url = url
    let mode: [FileAttributeKey: Any] = [.posixPermissions: 0o700]
    do {
      let files = FileManager.default
      try files.createDirectory(at: url, withIntermediateDirectories: true, attributes: mode)
      try files.setAttributes(mode, ofItemAtPath: url.path)
    } catch {
      throw .folder(path: url.path, reason: error.localizedDescription)
    }
  }

  func file(_ name: String) -> URL { url.appending(path: name) }

  /// - Returns: nil when there is no such file.
  func read(_ name: String) throws(SandboxError) -> Data? {
    let path = file(name).path
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    do {
      return try Data(contentsOf: file(name))
    } catch {
      throw .damaged(path: path, reason: error.localizedDescription)
    }
  }

  /// Replaces the file as a whole; its mode is 0600.
  func write(_ content: Data, to name: String) throws(SandboxError) {
    do {
      try content.write(to: file(name), options: .atomic)
      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file(name).path)
    } catch {
      throw .folder(path: file(name).path, reason: error.localizedDescription)
    }
  }
}
