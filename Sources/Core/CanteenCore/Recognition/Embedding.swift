/// One face as the recognition model sees it: 128 floats, scaled to length 1.
///
/// The similarity of two faces is the cosine between their embeddings. An embedding is personal data:
/// it is never printed, which is why its description hides the numbers.
public struct Embedding: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
  public static let dimension = 128

  /// 128 floats with a Euclidean length of 1.
  public let values: [Float]

  /// Scales `values` to length 1.
  ///
  /// - Throws: ``EmbeddingError`` when there are not 128 numbers, one of them is not finite, or all are zero.
  public init(scaling values: [Float]) throws(EmbeddingError) {
    guard values.count == Self.dimension else {
      throw .wrongDimension(values.count)
    }
    guard values.allSatisfy(\.isFinite) else { throw .notFinite }
    let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    guard length.isFinite, length > 1e-6 else { throw .noLength }
    self.values = values.map { $0 / length }
  }

  /// Cosine between the two faces, -1 … 1.
  public func cosine(to other: Embedding) -> Float {
    var sum: Float = 0
    for index in 0..<Self.dimension { sum += values[index] * other.values[index] }
    return sum
  }

  public var description: String { "Embedding(128 floats, hidden)" }
  public var customMirror: Mirror { Mirror(self, children: []) }
}

extension [Embedding] {
  /// The cosine of each with every other.
  public var cosinesWithEachOther: [Float] {
    indices.flatMap { later in self[..<later].map { $0.cosine(to: self[later]) } }
  }
}

/// Why numbers are not a face embedding.
public enum EmbeddingError: Error, Equatable {
  case wrongDimension(Int)
  case notFinite
  case noLength
}

/// What made an embedding. Two embeddings may be compared only when their origins agree.
public struct EmbeddingOrigin: Sendable, Hashable, Codable {
  /// SHA-256 of the recognition model's file, lower-case hex.
  public let modelSHA256: String
  /// Inference engine and its major.minor version, for example `opencv-4.6`.
  public let engine: String
  /// Version of our own face alignment; a new aligner means new templates.
  public let aligner: Int

  public init(modelSHA256: String, engine: String, aligner: Int) {
    self.modelSHA256 = modelSHA256
    self.engine = engine
    self.aligner = aligner
  }

  /// Whether embeddings of both may be compared: made with one model and one aligner, by one major version of an
  /// engine. Within OpenCV 4 the numbers are the same; see docs/decisions/0009-one-engine-family.md.
  public func agrees(with other: EmbeddingOrigin) -> Bool { lineage == other.lineage }

  /// One text for all origins that agree.
  public var lineage: String { "\(modelSHA256) \(engine.prefix { $0 != "." }) \(aligner)" }

  private enum CodingKeys: String, CodingKey {
    case modelSHA256 = "model_sha256"
    case engine
    case aligner
  }
}
