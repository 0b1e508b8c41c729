public import Foundation
import Settings

/// Who walks up to the till, when and in what light; read from YAML. Times are in seconds.
public struct Scenario: Sendable, Codable, Equatable {
  public let width: Int
  public let height: Int
  public let fps: Double
  /// The same seed plays the same frames.
  public let seed: UInt64
  /// Starts over after the last visitor.
  public let loop: Bool
  public let visitors: [Visitor]

  public struct Visitor: Sendable, Codable, Equatable {
    /// A file in the pictures folder.
    public let picture: String
    /// Where the face is in the picture: x, y, width, height in its pixels.
    public let face: [Double]
    public let walkIn: Double
    public let stand: Double
    public let walkOut: Double
    public let gapAfter: Double
    /// Height of the face when standing, as a share of the frame's height.
    public let faceHeight: Double
    /// 1 is the light of the picture.
    public let light: Double
    /// How far the head moves while standing, as a share of the face's height.
    public let sway: Double
    /// Standard deviation of the sensor noise.
    public let noise: Double

    public var duration: Double { walkIn + stand + walkOut + gapAfter }

    private enum CodingKeys: String, CodingKey {
      case picture
      case face
      case walkIn = "walk_in"
      case stand
      case walkOut = "walk_out"
      case gapAfter = "gap_after"
      case faceHeight = "face_height"
      case light
      case sway
      case noise
    }

    public init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      func number(_ key: CodingKeys, in range: ClosedRange<Double>, usually usual: Double) throws -> Double {
        let number = try values.decodeIfPresent(Double.self, forKey: key) ?? usual
        guard range.contains(number) else {
          throw DecodingError.dataCorruptedError(
            forKey: key, in: values, debugDescription: "must be in \(range)")
        }
        return number
      }
      picture = try values.decode(String.self, forKey: .picture)
      face = try values.decode([Double].self, forKey: .face)
      guard face.count == 4, face.allSatisfy({ $0.isFinite && $0 >= 0 && $0 < 1e5 }), face[2] >= 8,
        face[3] >= 8
      else {
        throw DecodingError.dataCorruptedError(
          forKey: .face, in: values, debugDescription: "must be four numbers: x, y, width, height")
      }
      walkIn = try number(.walkIn, in: 0...600, usually: 0.7)
      stand = try number(.stand, in: 0...3_600, usually: 1.2)
      walkOut = try number(.walkOut, in: 0...600, usually: 0.5)
      gapAfter = try number(.gapAfter, in: 0...3_600, usually: 0.4)
      faceHeight = try number(.faceHeight, in: 0.05...1, usually: 0.42)
      light = try number(.light, in: 0...4, usually: 1)
      sway = try number(.sway, in: 0...0.5, usually: 0.02)
      noise = try number(.noise, in: 0...50, usually: 3)
    }
  }

  private enum CodingKeys: String, CodingKey {
    case width
    case height
    case fps
    case seed
    case loop
    case visitors
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    width = try values.decodeIfPresent(Int.self, forKey: .width) ?? 640
    height = try values.decodeIfPresent(Int.self, forKey: .height) ?? 480
    fps = try values.decodeIfPresent(Double.self, forKey: .fps) ?? 25
    seed = try values.decodeIfPresent(UInt64.self, forKey: .seed) ?? 1
    loop = try values.decodeIfPresent(Bool.self, forKey: .loop) ?? true
    visitors = try values.decode([Visitor].self, forKey: .visitors)
    guard (64...4_096).contains(width), (64...4_096).contains(height), (1...120).contains(fps) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: [], debugDescription: "width and height must be 64…4096, fps 1…120"))
    }
    guard !visitors.isEmpty, visitors.reduce(0, { $0 + $1.duration }) > 0 else {
      throw DecodingError.dataCorruptedError(
        forKey: .visitors, in: values, debugDescription: "there must be a visitor who stays for a while")
    }
  }

  /// - Throws: ``CameraError/badScenario(file:reason:)`` in one sentence that names the place.
  public init(file: URL) throws(CameraError) {
    do {
      self = try SettingsFile.read(Scenario.self, from: file)
    } catch {
      throw .badScenario(file: file.path, reason: error.reason)
    }
  }
}
