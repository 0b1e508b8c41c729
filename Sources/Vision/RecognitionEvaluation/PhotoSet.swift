public import Foundation

/// Photographs of known people: one folder per person, or files named `name_number.jpg` in one folder.
public struct PhotoSet: Sendable, Equatable {
  public struct Person: Sendable, Equatable {
    public let name: String
    /// Sorted by name.
    public let photos: [URL]
  }

  /// Sorted by name.
  public let people: [Person]

  private static let endings: Set<String> = ["jpg", "jpeg", "png"]

  /// - Throws: ``TrialError`` when the folder cannot be read or shows fewer than two people.
  public init(folder: URL) throws(TrialError) {
    var photos: [String: [URL]] = [:]
    for entry in try Self.contents(of: folder) {
      if (try? entry.resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory == true {
        let theirs = try Self.contents(of: entry).filter(Self.isPhoto)
        if !theirs.isEmpty { photos[entry.lastPathComponent, default: []] += theirs }
      } else if Self.isPhoto(entry), let name = Self.person(inFileName: entry) {
        photos[name, default: []].append(entry)
      }
    }
    guard photos.count >= 2 else { throw .tooFewPeople(folder.path, photos.count) }
    people = photos.sorted { $0.key < $1.key }.map { Person(name: $0.key, photos: $0.value) }
  }

  public var photoCount: Int { people.reduce(0) { $0 + $1.photos.count } }

  private static func contents(of folder: URL) throws(TrialError) -> [URL] {
    do {
      return try FileManager.default.contentsOfDirectory(
        at: folder, includingPropertiesForKeys: [.isDirectoryKey], options: .skipsHiddenFiles
      ).sorted { $0.lastPathComponent < $1.lastPathComponent }
    } catch {
      throw .unreadableFolder(folder.path)
    }
  }

  private static func isPhoto(_ file: URL) -> Bool { endings.contains(file.pathExtension.lowercased()) }

  /// What stands before the last underscore, when only digits follow it.
  private static func person(inFileName file: URL) -> String? {
    let name = file.deletingPathExtension().lastPathComponent
    guard let underscore = name.lastIndex(of: "_"), underscore > name.startIndex else { return nil }
    let number = name[name.index(after: underscore)...]
    guard !number.isEmpty, number.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return String(name[..<underscore])
  }
}

/// Why there is nothing to try.
public enum TrialError: Error, Equatable, CustomStringConvertible {
  case unreadableFolder(String)
  case tooFewPeople(String, Int)
  /// Nobody has a usable photograph left to probe with.
  case nothingToProbe

  public var description: String {
    switch self {
    case .unreadableFolder(let path): "The folder \(path) cannot be read; check the path."
    case .tooFewPeople(let path, let count):
      "\(path) shows \(count) people and at least 2 are needed; use one folder per person, or files named "
        + "name_number.jpg."
    case .nothingToProbe:
      "Nobody has a usable photograph besides those that enrol; give at least two of some people."
    }
  }
}
