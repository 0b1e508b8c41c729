import CanteenCore

/// Whether photographs that are enrolled together show one person.
enum SamePerson {
  /// The cosine from which SFace's authors take two photographs for one person (OpenCV Zoo, SFace 2021dec). Looser
  /// than any till's threshold: it only has to catch a photograph in the wrong folder.
  static let leastCosine: Float = 0.363

  /// The photograph that least resembles the others, when any two of them are too different; else nil.
  static func oddOneOut(_ faces: [Embedding]) -> Int? {
    let differ = faces.indices.contains { later in
      faces[..<later].contains { $0.cosine(to: faces[later]) < leastCosine }
    }
    guard differ else { return nil }
    func lookAlikes(_ index: Int) -> Float {
      faces.reduce(0) { $0 + $1.cosine(to: faces[index]) }
    }
    // Of two that differ, the later one is named.
    return faces.indices.reversed().min { lookAlikes($0) < lookAlikes($1) }
  }

  /// Whether a new photograph shows the person of these shots.
  static func shows(_ face: Embedding, _ shots: [Embedding]) -> Bool {
    shots.contains { $0.cosine(to: face) >= leastCosine }
  }
}
