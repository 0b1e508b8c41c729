public import FaceRecognition
public import Foundation
import Imaging

/// The five portraits that tests and demo use, as a cast: two people who are enrolled, and a stranger.
extension Theatre {
  private static let shown = [["obama2.jpg", "obama3.jpg"], ["biden.jpg"], ["astronaut.png"]]
  private static let enrolled = [["obama.jpg", "obama2.jpg"], ["biden.jpg"], []]

  /// - Parameter folder: where `make portraits` put them.
  public static func usual(portraits folder: URL, recognizer: FaceRecognizer) throws -> (
    Theatre, TheatreLibrary
  ) {
    func photo(_ name: String) throws -> [UInt8] {
      [UInt8](try Data(contentsOf: folder.appending(path: name)))
    }
    let cast = try shown.map { names in
      Person(
        portraits: try names.map { try Portrait(photo: Frame(decoding: photo($0)), recognizer: recognizer) })
    }
    let templates = try enrolled.map { names in
      try names.map { try recognizer.template(fromPhoto: photo($0)) }
    }
    return (try Theatre(cast: cast), try TheatreLibrary(templates))
  }
}
