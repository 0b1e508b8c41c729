import Foundation
import Settings

/// Where a till keeps and finds its files. Paths in the settings are relative to their file's folder.
struct TerminalFiles {
  let state: URL
  let socket: URL
  let models: URL
  let web: URL
  private let folder: URL

  /// - Throws: ``SettingsError`` when there are no pages.
  init(_ settings: TerminalSettings, beside file: URL) throws(SettingsError) {
    let folder = file.deletingLastPathComponent()
    func place(_ path: String) -> URL { URL(filePath: path, relativeTo: folder) }
    self.folder = folder
    state = place(settings.state)
    socket = place(settings.socket)
    models = place(settings.models)
    web = place(settings.web)
    guard FileManager.default.fileExists(atPath: web.appending(path: "till/till.html").path) else {
      throw SettingsError(file: file.path, reason: "\"web\": there are no pages in \(web.path)")
    }
  }

  func place(_ path: String) -> URL { URL(filePath: path, relativeTo: folder) }

  /// A killed till leaves its socket behind; nobody can listen on it again.
  func removeOldSocket() throws {
    try FileManager.default.createDirectory(
      at: socket.deletingLastPathComponent(), withIntermediateDirectories: true)
    try? FileManager.default.removeItem(at: socket)
  }
}
