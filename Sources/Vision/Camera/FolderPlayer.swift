public import Foundation
public import Imaging

/// Plays the JPEG and PNG files of a folder in the order of their names, over and over.
public struct FolderPlayer: FramePlayer {
  private static let kinds: Set<String> = ["jpg", "jpeg", "png"]

  public let frameInterval: Duration
  private let pictures: [URL]

  public init(folder: URL, framesPerSecond: Double) throws(CameraError) {
    let files = try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    guard let files else { throw .cannotOpen(folder.path, reason: "the folder cannot be read") }
    pictures = files.filter { Self.kinds.contains($0.pathExtension.lowercased()) }
      .sorted { $0.lastPathComponent < $1.lastPathComponent }
    guard !pictures.isEmpty else {
      throw .cannotOpen(folder.path, reason: "there is no JPEG or PNG in the folder")
    }
    frameInterval = .seconds(1 / framesPerSecond)
  }

  public func frame(_ number: UInt64) throws(CameraError) -> Frame? {
    let file = pictures[Int(number % UInt64(pictures.count))]
    do {
      return try Frame(decoding: [UInt8](Data(contentsOf: file)))
    } catch {
      throw .lost(file.path, reason: "\(error)")
    }
  }
}
