/// The looks at one face, added up.
///
/// Take the mean of the looks' embeddings and do not scale it to length 1. Its inner product with a template
/// is then the mean of the looks' cosines to that template. One search with the mean therefore gives every
/// person's mean score over all looks.
public struct FaceEvidence: Sendable {
  private var sum = [Float](repeating: 0, count: Embedding.dimension)
  public private(set) var looks = 0

  public init() {}

  public mutating func add(_ face: Embedding) {
    for index in sum.indices { sum[index] += face.values[index] }
    looks += 1
  }

  /// Length of the mean, 0 … 1; near 1 when all looks show the same face alike.
  public var coherence: Float {
    looks == 0 ? 0 : sum.reduce(0) { $0 + $1 * $1 }.squareRoot() / Float(looks)
  }

  /// The best persons by their mean score over all looks, from a search with the direction of the mean.
  ///
  /// - Returns: nil before the first look, and when the looks cancel each other out.
  public func match(_ search: (Embedding) throws -> LibraryMatch) rethrows -> LibraryMatch? {
    guard looks > 0, let direction = try? Embedding(scaling: sum) else { return nil }
    var match = try search(direction)
    match.best?.cosine *= coherence
    match.runnerUp?.cosine *= coherence
    return match
  }
}
