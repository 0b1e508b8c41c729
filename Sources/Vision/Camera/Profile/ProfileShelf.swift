import CanteenCore
public import Foundation
public import Settings

/// The folder of the profiles that come with the package.
public struct ProfileShelf: Sendable {
  public static let installed = ProfileShelf(folder: URL(filePath: "/usr/share/canteen/devices"))

  private let folder: URL

  public init(folder: URL) {
    self.folder = folder
  }

  /// - Parameters:
  ///   - name: a name on the shelf, or a path when it holds a slash or ends in `.yaml`.
  ///   - place: gives the file that a path means.
  public func profile(
    _ name: String, at place: (String) -> URL
  ) throws(SettingsError) -> DeviceProfile {
    if name.contains("/") || name.hasSuffix(".yaml") {
      return try SettingsFile.read(DeviceProfile.self, from: place(name))
    }
    let names = names
    guard names.contains(name) else {
      let nearest = nearestName(to: name, among: names).map { "; did you mean \"\($0)\"?" } ?? ""
      throw SettingsError(
        file: folder.appending(path: "\(name).yaml").path, reason: "there is no such profile" + nearest)
    }
    return try SettingsFile.read(DeviceProfile.self, from: folder.appending(path: "\(name).yaml"))
  }

  private var names: [String] {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
  }
}
