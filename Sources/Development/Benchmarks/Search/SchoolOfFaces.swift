public import CanteenCore
import FaultInjection
public import GatewayProtocol

/// Made-up people with three templates each that lie around one face, the same in every run.
public struct SchoolOfFaces {
  static let templatesEach = 3

  private var random = SeededRandom(seed: 0x5EED_FACE)

  public init() {}

  /// Sum of four uniform numbers: near enough to a normal distribution.
  private mutating func number() -> Float {
    let bits = random.next()
    let quarters = (bits & 0xFFFF) + (bits >> 16 & 0xFFFF) + (bits >> 32 & 0xFFFF) + bits >> 48
    return Float(quarters) / 131_072 - 1
  }

  private mutating func near(_ face: [Float]) throws -> Embedding {
    try Embedding(scaling: zip(face, direction()).map { $0 + 0.5 * $1 })
  }

  private mutating func direction() -> [Float] { (0..<Embedding.dimension).map { _ in number() } }

  mutating func person() throws -> [Embedding] {
    let face = direction()
    return try (0..<Self.templatesEach).map { _ in try near(face) }
  }

  /// Another look at the face of a template: a cosine of about 0.8 to the person's others.
  mutating func look(at template: Embedding) throws -> Embedding {
    // Directions are about 3.3 long.
    try near(template.values.map { $0 * 3.3 })
  }

  mutating func stranger() throws -> Embedding { try Embedding(scaling: direction()) }

  /// New faces for the people of these numbers, as a gateway sends them; `more` is always true.
  public mutating func batch(
    of people: Range<Int>, at organization: OrganizationID, madeBy origin: EmbeddingOrigin,
    after version: Int64
  ) throws -> LibraryBatch {
    LibraryBatch(
      organization: organization, origin: origin, after: version, upTo: version + 1, more: true,
      changes: try people.map { number in
        .upsert(
          LibraryPerson(
            user: RecognisedUser(
              outUserID: try OutUserID("s\(100_000 + number)"),
              platformUserID: "2088\(1_000_000_000 + number)", displayName: "学生")),
          templates: try person().map(\.littleEndianBytes))
      })
  }
}
