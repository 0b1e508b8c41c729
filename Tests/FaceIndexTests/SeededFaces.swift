import CanteenCore

/// Faces that are the same in every run.
struct SeededFaces {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  /// -1 … 1, densest around 0.
  mutating func number() -> Float {
    var sum: Float = 0
    for _ in 0..<4 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      sum += Float(state >> 40) / Float(1 << 24)
    }
    return sum / 2 - 1
  }

  mutating func face() throws -> Embedding { try Embedding(scaling: (0..<128).map { _ in number() }) }

  /// A face `distance` away from another before scaling: 0 is the same, 1 has a cosine of about 0.7.
  mutating func face(like other: Embedding, distance: Float) throws -> Embedding {
    let away = try face().values
    return try Embedding(scaling: zip(other.values, away).map { $0 + distance * $1 })
  }
}
