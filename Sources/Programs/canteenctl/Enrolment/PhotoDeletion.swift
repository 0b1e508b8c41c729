import Foundation

/// Deletes photographs that were enrolled; one that cannot be deleted is reported, not thrown.
struct PhotoDeletion {
  private(set) var deleted: [URL] = []
  private(set) var failed: [URL] = []

  init(of files: [URL]) {
    for file in files {
      do {
        try FileManager.default.removeItem(at: file)
        deleted.append(file)
      } catch {
        failed.append(file)
      }
    }
  }

  func words(keeping kept: String) -> String {
    guard failed.isEmpty else {
      return "could not be deleted: \(failed.map(\.path).joined(separator: ", "))"
    }
    return deleted.isEmpty ? kept : "deleted: \(deleted.map(\.lastPathComponent).joined(separator: ", "))"
  }
}
