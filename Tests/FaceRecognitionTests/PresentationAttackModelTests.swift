import CanteenCore
import CanteenTestSupport
import Crypto
import FaceRecognition
import Foundation
import Imaging
import Testing

struct PresentationAttackModelTests {
  /// Writes `changes` over a good manifest; a nil takes the key away.
  private func manifest(in folder: TemporaryFolder, changes: [String: String?] = [:]) throws -> URL {
    let model = MeanOfChannels.onnx
    try Data(model).write(to: folder.url.appending(path: "live.onnx"))
    var keys: [String: String] = [
      "file": "live.onnx", "sha256": SHA256.hash(data: model).hex, "licence": "MIT",
      "source": "https://example.com/live", "input_side": "80", "margin": "2.7", "channels": "bgr",
      "mean": "[0, 0, 0]", "scale": "0.0039215686", "answer": "probabilities", "live_index": "2",
      "threshold": "0.5",
    ]
    for (key, value) in changes { keys[key] = value }
    let file = folder.url.appending(path: "live.yaml")
    try Data(keys.map { "\($0): \($1)\n" }.joined().utf8).write(to: file)
    return file
  }

  private let face = DetectedFace(
    box: FaceBox(x: 40, y: 30, width: 60, height: 80),
    landmarks: FaceLandmarks(
      rightEye: .init(x: 55, y: 55), leftEye: .init(x: 85, y: 55), nose: .init(x: 70, y: 70),
      rightMouth: .init(x: 58, y: 90), leftMouth: .init(x: 82, y: 90)), score: 1)

  private func frame(blue: UInt8, green: UInt8, red: UInt8) throws -> Frame {
    try Frame(
      width: 160, height: 120,
      bgr: (0..<160 * 120).flatMap { _ in [blue, green, red] })
  }

  @Test func `A model answers by the number its manifest names`() throws {
    let folder = try TemporaryFolder()
    let picture = try frame(blue: 51, green: 102, red: 204)
    for (index, channels, expected) in [
      (0, "bgr", Float(0.2)), (1, "bgr", 0.4), (2, "bgr", 0.8), (0, "rgb", 0.8), (2, "rgb", 0.2),
    ] {
      let detector = try PresentationAttackModel(
        manifest: manifest(in: folder, changes: ["live_index": "\(index)", "channels": channels]))
      #expect(abs(try detector.liveness(of: face, in: picture) - expected) < 0.01, "\(index) \(channels)")
    }
  }

  @Test func `Logits become shares of one`() throws {
    let folder = try TemporaryFolder()
    let detector = try PresentationAttackModel(
      manifest: manifest(in: folder, changes: ["answer": "logits", "scale": "1"]))
    let sure = try detector.liveness(of: face, in: frame(blue: 10, green: 10, red: 200))
    #expect(sure > 0.99 && sure <= 1)
    let even = try detector.liveness(of: face, in: frame(blue: 90, green: 90, red: 90))
    #expect(abs(even - 1 / 3) < 0.01)
  }

  @Test func `Answers that are no probabilities are an error, not an opinion`() throws {
    let folder = try TemporaryFolder()
    let picture = try frame(blue: 90, green: 90, red: 90)
    for changes in [["scale": "1"], ["live_index": "3"]] {
      let detector = try PresentationAttackModel(manifest: manifest(in: folder, changes: changes))
      #expect(throws: ImagingError.self) { try detector.liveness(of: face, in: picture) }
      var meter = LivenessMeter(interval: .zero)
      #expect(meter.sample(of: face, in: picture, detector: detector)?.detector == nil)
    }
  }

  @Test func `What the detector says reaches the verdict`() throws {
    let folder = try TemporaryFolder()
    let detector = try PresentationAttackModel(manifest: manifest(in: folder))
    for (red, verdict) in [(UInt8(30), LivenessVerdict.artefact(.detector)), (220, .undecided)] {
      var meter = LivenessMeter(interval: .zero)
      var judge = LivenessJudge()
      for _ in 0..<6 {
        let picture = try frame(blue: 90, green: 90, red: red)
        if let sample = meter.sample(of: face, in: picture, detector: detector) {
          judge.add(sample, at: .start)
        }
      }
      #expect(judge.verdict == verdict)
    }
  }

  @Test(arguments: [
    "file", "sha256", "licence", "source", "input_side", "margin", "channels", "mean", "scale", "answer",
    "live_index", "threshold",
  ])
  func `A manifest without one of its keys is refused and the key named`(key: String) throws {
    let folder = try TemporaryFolder()
    let error = #expect(throws: ManifestError.self) {
      try PresentationAttackModel(manifest: manifest(in: folder, changes: [key: nil]))
    }
    #expect(error?.description.contains("\"\(key)\"") == true, "\(error?.description ?? "")")
  }

  @Test(arguments: [
    ("licence", "' '"), ("source", "''"), ("file", "../live.onnx"), ("sha256", "abc"), ("input_side", "0"),
    ("input_side", "100000"), ("margin", ".nan"), ("mean", "[1, 2]"), ("mean", "[1, 2, .inf]"),
    ("scale", "0"), ("scale", ".nan"), ("live_index", "-1"), ("threshold", "1.5"), ("threshold", ".nan"),
    ("channels", "grey"), ("answer", "maybe"), ("treshold", "0.5"),
  ])
  func `A manifest with a wrong or unknown key is refused and the key named`(key: String, value: String)
    throws
  {
    let folder = try TemporaryFolder()
    let error = #expect(throws: ManifestError.self) {
      try PresentationAttackModel(manifest: manifest(in: folder, changes: [key: value]))
    }
    #expect(error?.description.contains(key) == true, "\(error?.description ?? "")")
  }

  @Test func `A model with another hash, a missing one, and one that is no network are refused`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("live.onnx")
    let wrong = try manifest(in: folder, changes: ["sha256": String(repeating: "0", count: 64)])
    #expect(throws: ManifestError.wrongHash(path)) { try PresentationAttackModel(manifest: wrong) }
    let good = try manifest(in: folder)
    try FileManager.default.removeItem(atPath: path)
    #expect(throws: ManifestError.missing(path)) { try PresentationAttackModel(manifest: good) }
    let noise = Data("no network at all".utf8)
    let hash = SHA256.hash(data: noise).hex
    let broken = try manifest(in: folder, changes: ["sha256": hash])
    try noise.write(to: URL(filePath: path))
    let error = #expect(throws: ManifestError.self) { try PresentationAttackModel(manifest: broken) }
    guard case .unusable = error else {
      Issue.record("refused for \(String(describing: error))")
      return
    }
  }
}

/// A network that answers with the mean of each channel: GlobalAveragePool, then Flatten.
private enum MeanOfChannels {
  /// Field names are those of onnx.proto3.
  static var onnx: [UInt8] {
    let version = number(1, 7)
    let operators = message(8, text(1, "") + number(2, 11))
    return version + text(2, "test") + message(7, graph) + operators
  }

  private static var graph: [UInt8] {
    node("GlobalAveragePool", from: "input", to: "means") + node("Flatten", from: "means", to: "output")
      + text(2, "means") + message(11, tensor("input", [1, 3, 80, 80]))
      + message(12, tensor("output", [1, 3]))
  }

  private static func node(_ operation: String, from: String, to: String) -> [UInt8] {
    message(1, text(1, from) + text(2, to) + text(3, to) + text(4, operation))
  }

  private static func tensor(_ name: String, _ shape: [UInt64]) -> [UInt8] {
    let floats = number(1, 1)
    let dimensions = shape.flatMap { message(1, number(1, $0)) }
    return text(1, name) + message(2, message(1, floats + message(2, dimensions)))
  }

  private static func text(_ field: UInt64, _ text: String) -> [UInt8] { message(field, Array(text.utf8)) }

  private static func message(_ field: UInt64, _ bytes: [UInt8]) -> [UInt8] {
    varint(field << 3 | 2) + varint(UInt64(bytes.count)) + bytes
  }

  private static func number(_ field: UInt64, _ value: UInt64) -> [UInt8] {
    varint(field << 3) + varint(value)
  }

  private static func varint(_ value: UInt64) -> [UInt8] {
    value < 128 ? [UInt8(value)] : [UInt8(value & 127 | 128)] + varint(value >> 7)
  }
}
