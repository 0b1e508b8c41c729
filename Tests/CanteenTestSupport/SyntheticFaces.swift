public import CanteenCore
import Glibc

/// Faces that nobody has: unit vectors scattered around the centres of groups whose members resemble each other, as
/// the children of one region or age do. The same seed gives the same faces.
public struct SyntheticFaces {
  /// 32 numbers spread the scores between strangers about as widely as real photographs do.
  public typealias Face = SIMD32<Float>

  private var state: UInt64
  private let centres: [Face]
  private let lookAlikes: Float

  /// - Parameter lookAlikes: share of the group's centre in each face; 0 makes everybody equally different.
  public init(seed: UInt64, groups: Int = 40, lookAlikes: Float = 0.25) {
    state = seed
    self.lookAlikes = lookAlikes
    var random = SplitMix(state: seed &+ 1)
    centres = (0..<groups).map { _ in Self.unit(Self.noise(&random)) }
  }

  public mutating func face() -> Face {
    var random = SplitMix(state: state)
    defer { state = random.state }
    let centre = centres[Int(random.next() % UInt64(centres.count))]
    return Self.unit(Self.unit(Self.noise(&random)) * (1 - lookAlikes) + centre * lookAlikes)
  }

  /// Another photograph of a face.
  public mutating func shot(of face: Face, blur: Float = 0.3) -> Face {
    var random = SplitMix(state: state)
    defer { state = random.state }
    return Self.unit(face + Self.unit(Self.noise(&random)) * blur)
  }

  /// The same face as 128 numbers.
  public static func embedding(_ face: Face) throws -> Embedding {
    try Embedding(
      scaling: face.indices.map { face[$0] } + Array(repeating: 0, count: Embedding.dimension - 32))
  }

  private static func unit(_ face: Face) -> Face { face / (face * face).sum().squareRoot() }

  private static func noise(_ random: inout SplitMix) -> Face {
    var face = Face()
    for index in face.indices {
      let (u, v) = (Double(random.next() >> 11) + 1, Double(random.next() >> 11))
      let scale = Double(1 << 53)
      face[index] = Float((-2 * log(u / (scale + 1))).squareRoot() * cos(2 * Double.pi * v / scale))
    }
    return face
  }
}

private struct SplitMix {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
