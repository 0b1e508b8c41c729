import CanteenCore
import Crypto
public import Foundation
import Settings

/// The YAML file beside a liveness model that says what the model is; an unknown key is refused.
public struct PresentationAttackManifest: Sendable, Equatable, Codable {
  /// Name of the ONNX file in the manifest's folder.
  public let file: String
  /// 64 hex digits in lower case.
  public let sha256: String
  /// SPDX name of the licence, and where the file comes from: nobody should have to guess either.
  public let licence: String
  public let source: String
  /// Side of the square the network takes, in pixels.
  public let inputSide: Int
  /// Side of the square cut out of the frame over the longer side of the face's box.
  public let margin: Float
  public let channels: Channels
  /// Subtracted from each channel, in that order; then everything is multiplied by `scale`.
  public let mean: [Float]
  public let scale: Float
  public let answer: Answer
  /// Which number of the answer stands for a living face.
  public let liveIndex: Int
  /// 0 … 1; below it a face is an artefact.
  public let threshold: Float

  public enum Channels: String, Sendable, Codable { case rgb, bgr }

  public enum Answer: String, Sendable, Codable {
    /// Numbers between 0 and 1.
    case probabilities
    /// Any numbers; their softmax is taken.
    case logits
  }

  private enum CodingKeys: String, CodingKey {
    case file, sha256, licence, source
    case inputSide = "input_side"
    case margin, channels, mean, scale, answer
    case liveIndex = "live_index"
    case threshold
  }

  /// Reads and checks a manifest, and the hash of the file it names.
  public static func read(_ url: URL) throws(ManifestError) -> (manifest: Self, model: URL) {
    let manifest: Self
    do {
      manifest = try SettingsFile.read(Self.self, from: url)
    } catch {
      throw .unreadable(error.description)
    }
    if let flaw = manifest.flaw { throw .wrong(url.path, flaw) }
    let model = url.deletingLastPathComponent().appending(path: manifest.file)
    guard let bytes = try? Data(contentsOf: model, options: .alwaysMapped) else { throw .missing(model.path) }
    guard SHA256.hash(data: bytes).hex == manifest.sha256 else { throw .wrongHash(model.path) }
    return (manifest, model)
  }

  private var flaw: String? {
    if file.isEmpty || file.contains("/") { return "\"file\" must name a file in the same folder" }
    if sha256.count != 64 || !sha256.allSatisfy({ "0123456789abcdef".contains($0) }) {
      return "\"sha256\" must be 64 small hex digits"
    }
    if licence.trimmingCharacters(in: .whitespaces).isEmpty { return "\"licence\" is empty" }
    if source.trimmingCharacters(in: .whitespaces).isEmpty { return "\"source\" is empty" }
    if !(16...1_024).contains(inputSide) { return "\"input_side\" must be 16…1024" }
    if !(0.5...8).contains(margin) { return "\"margin\" must be 0.5…8" }
    if mean.count != 3 || !mean.allSatisfy({ (-1_000...1_000).contains($0) }) {
      return "\"mean\" must be three numbers"
    }
    if !(1e-6...1e3).contains(scale) { return "\"scale\" must be 0.000001…1000" }
    if !(0..<1_000).contains(liveIndex) { return "\"live_index\" must be 0…999" }
    if !(0.01...0.99).contains(threshold) { return "\"threshold\" must be 0.01…0.99" }
    return nil
  }
}

/// Why a manifest or its model cannot be used.
public enum ManifestError: Error, Equatable, CustomStringConvertible {
  case unreadable(String)
  case wrong(String, String)
  case missing(String)
  case wrongHash(String)
  /// The inference engine's own words.
  case unusable(String)

  public var description: String {
    switch self {
    case .unreadable(let reason): reason
    case .wrong(let path, let reason):
      "The file \(path) cannot be used: \(reason). Correct it and start again."
    case .missing(let path): "The model \(path) is missing; put it beside its manifest."
    case .wrongHash(let path):
      "The model \(path) is not the one its manifest names (the SHA-256 differs); fetch it again."
    case .unusable(let reason): "The model cannot be loaded: \(reason)."
    }
  }
}
