/// What hides so much of a face that it was not recognised.
///
/// It only chooses the words for somebody who was refused; nobody is refused because of it.
public enum FaceCovering: String, Sendable, Hashable, CaseIterable {
  case sunglasses
  case mask
}

/// What was measured where a covering would be, on the aligned face.
struct CoverMeasurement: Equatable {
  /// Brightness around the lighter eye, over that of the cheek below it.
  let eyes: Float
  /// Detail around the mouth, over that around the eyes.
  let mouthDetail: Float
  /// How far the colour around the mouth lies from that of the nose, 0 … 2.
  let mouthTint: Float

  // Set by portraits with drawn glasses and masks: bare eyes measured 0.81 and more in four lights, behind glasses up to
  // 0.46; bare mouths 0.75 and more, behind masks up to 0.36, with tints from 0.08.
  private static let darkestEyes: Float = 0.6
  private static let barestMouth: Float = 0.5
  private static let likestTint: Float = 0.07

  /// A mask also makes the cheeks another brightness, so it is looked for first.
  var covering: FaceCovering? {
    if mouthDetail < Self.barestMouth, mouthTint > Self.likestTint { return .mask }
    return eyes < Self.darkestEyes ? .sunglasses : nil
  }
}

extension FaceCovering {
  /// What the person in front of the camera should do.
  public var guidance: (zh: String, en: String) {
    switch self {
    case .sunglasses: ("请摘下墨镜再试", "Take off the sunglasses and look again")
    case .mask: ("请拉下口罩再试", "Pull down the mask and look again")
    }
  }
}
