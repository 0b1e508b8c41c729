public import CanteenCore
public import Foundation

/// The photographs of a folder, grouped by the people they are named after.
///
/// `ID.jpg`, `ID_2.jpg`, `ID_3.jpg` …, or a folder `ID` with any names in it; `.jpeg` and `.png` too.
public struct PhotoFolder: Sendable, Equatable {
  static let endings: Set<String> = ["jpg", "jpeg", "png"]

  /// By name: `ID.jpg` first, then by number; what lies in a person's folder comes last.
  public let photos: [OutUserID: [URL]]
  /// Photographs that are named after nobody on the list.
  public let strays: [URL]

  /// - Throws: what the file system says when the folder cannot be read.
  public init(_ folder: URL, for people: [OutUserID]) throws {
    let known = Dictionary(uniqueKeysWithValues: people.map { ($0.text, $0) })
    var found: [OutUserID: [(rank: Int, file: URL)]] = [:]
    var strays: [URL] = []
    for entry in try Self.contents(of: folder) {
      if entry.hasDirectoryPath {
        let inside = try Self.contents(of: entry).filter(Self.isPhoto)
        if let id = known[entry.lastPathComponent] {
          found[id, default: []] += inside.enumerated().map { (Int.max / 2 + $0.offset, $0.element) }
        } else {
          strays += inside
        }
      } else if Self.isPhoto(entry) {
        if let (id, number) = Self.owner(of: entry, among: known) {
          found[id, default: []].append((number, entry))
        } else {
          strays.append(entry)
        }
      }
    }
    photos = found.mapValues { $0.sorted { $0.rank < $1.rank }.map(\.file) }
    self.strays = strays
  }

  /// A user's number may itself end in `_2`, so the whole name is tried first.
  private static func owner(of photo: URL, among known: [String: OutUserID]) -> (OutUserID, Int)? {
    let name = photo.deletingPathExtension().lastPathComponent
    if let id = known[name] { return (id, 1) }
    guard let line = name.lastIndex(of: "_"), let number = Int(name[name.index(after: line)...]), number > 0,
      let id = known[String(name[..<line])]
    else { return nil }
    return (id, number)
  }

  private static func isPhoto(_ file: URL) -> Bool {
    !file.hasDirectoryPath && endings.contains(file.pathExtension.lowercased())
  }

  private static func contents(of folder: URL) throws -> [URL] {
    try FileManager.default.contentsOfDirectory(
      at: folder, includingPropertiesForKeys: [.isDirectoryKey], options: .skipsHiddenFiles
    ).sorted { $0.lastPathComponent < $1.lastPathComponent }
  }
}
