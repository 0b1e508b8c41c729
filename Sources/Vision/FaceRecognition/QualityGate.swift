/// What was measured on one face before it is worth embedding.
public struct FaceQuality: Sendable, Equatable {
  /// Height of the face in pixels and as a share of the frame's height.
  public let height: Float
  public let share: Float
  /// Variance of the Laplacian on the aligned face.
  public let sharpness: Float
  /// Mean grey of the aligned face, 0 … 255.
  public let brightness: Float
  /// How far the nose lies off the middle of the eyes, in eye distances; 0 looks straight ahead.
  public let turn: Float
  /// The box leaves the frame by this share of its width or height.
  public let cutOff: Float
  /// Height of the next nearest face, as a share of this one's; 0 when there is no other.
  public let rival: Float
  /// Sharpness of the least sharp direction over that of the sharpest, 0 … 1; small when something moved.
  public let evenness: Float

  public init(
    height: Float, share: Float, sharpness: Float, brightness: Float, turn: Float, cutOff: Float,
    rival: Float = 0, evenness: Float = 1
  ) {
    self.height = height
    self.share = share
    self.sharpness = sharpness
    self.brightness = brightness
    self.turn = turn
    self.cutOff = cutOff
    self.rival = rival
    self.evenness = evenness
  }

  init(
    face: DetectedFace, rival: DetectedFace?, frameWidth: Int, frameHeight: Int, sharpness: Float,
    brightness: Float, evenness: Float
  ) {
    let (right, left, nose) = (face.landmarks.rightEye, face.landmarks.leftEye, face.landmarks.nose)
    let (dx, dy) = (left.x - right.x, left.y - right.y)
    let eyes = max((dx * dx + dy * dy).squareRoot(), 1)
    let along = ((nose.x - (left.x + right.x) / 2) * dx + (nose.y - (left.y + right.y) / 2) * dy) / eyes
    let box = face.box
    let outside = max(
      -box.x / box.width, -box.y / box.height, (box.x + box.width - Float(frameWidth)) / box.width,
      (box.y + box.height - Float(frameHeight)) / box.height, 0)
    self.init(
      height: box.height, share: box.height / Float(frameHeight), sharpness: sharpness,
      brightness: brightness, turn: abs(along) / eyes, cutOff: outside,
      rival: (rival?.box.height ?? 0) / max(box.height, 1), evenness: evenness)
  }
}

/// Decides which faces are worth embedding, and tells people what to do about the others.
public struct QualityGate: Sendable, Equatable {
  public enum Flaw: String, Sendable, Hashable, CaseIterable {
    case tooFar = "too_far"
    case tooNear = "too_near"
    case tooDark = "too_dark"
    case tooBright = "too_bright"
    case blurred
    case turned
    case cutOff = "cut_off"
    /// Two faces are about equally near: it is not clear who pays.
    case twoFaces = "two_faces"
  }

  public var leastHeight: Float
  public var mostShare: Float
  public var brightness: ClosedRange<Float>
  public var leastSharpness: Float
  public var leastEvenness: Float
  public var mostTurn: Float
  public var mostCutOff: Float
  public var mostRival: Float

  public init(
    leastHeight: Float = 80, mostShare: Float = 0.9, brightness: ClosedRange<Float> = 40...225,
    leastSharpness: Float = 25, leastEvenness: Float = 0.12,
    mostTurn: Float = 0.35, mostCutOff: Float = 0.12,
    mostRival: Float = 0.8
  ) {
    self.leastHeight = leastHeight
    self.mostShare = mostShare
    self.brightness = brightness
    self.leastSharpness = leastSharpness
    self.leastEvenness = leastEvenness
    self.mostTurn = mostTurn
    self.mostCutOff = mostCutOff
    self.mostRival = mostRival
  }

  /// What is wrong with a face, the most telling first; empty when it may be embedded.
  public func flaws(of quality: FaceQuality) -> [Flaw] {
    var flaws: [Flaw] = []
    if quality.rival > mostRival { flaws.append(.twoFaces) }
    if quality.height < leastHeight { flaws.append(.tooFar) }
    if quality.share > mostShare { flaws.append(.tooNear) }
    if quality.cutOff > mostCutOff { flaws.append(.cutOff) }
    if quality.brightness < brightness.lowerBound { flaws.append(.tooDark) }
    if quality.brightness > brightness.upperBound { flaws.append(.tooBright) }
    if quality.turn > mostTurn { flaws.append(.turned) }
    if quality.sharpness < leastSharpness || quality.evenness < leastEvenness { flaws.append(.blurred) }
    return flaws
  }
}

extension QualityGate.Flaw {
  /// What the person in front of the camera should do.
  public var guidance: (zh: String, en: String) {
    switch self {
    case .tooFar: ("请再靠近一点", "Come a little closer")
    case .tooNear: ("请后退一点", "Step back a little")
    case .tooDark: ("光线太暗，请面向灯光", "Too dark: face the light")
    case .tooBright: ("光线太强，请避开强光", "Too bright: turn away from the light")
    case .blurred: ("请站稳不动", "Hold still")
    case .turned: ("请正对镜头", "Look straight at the camera")
    case .cutOff: ("请站到画面中间", "Stand in the middle of the picture")
    case .twoFaces: ("请其他同学后退一步", "One at a time: the others step back")
    }
  }
}
