/// A library that faces can be searched in.
public protocol FaceSearch: Sendable {
  /// The persons most similar to a face.
  func match(_ face: Embedding) -> LibraryMatch
  /// The threshold and margin for the library as it is now.
  func operatingPoint(for policy: IdentificationPolicy) -> OperatingPoint
}
