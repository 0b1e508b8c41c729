/// What the checkout wants to know about the faces before the camera.
public struct IdentificationRound: Sendable, Hashable {
  /// When the number changes, every face must be identified again.
  public let number: Int
  /// True when an amount waits for a face: it then belongs to whoever stood nearest and alone when the round
  /// began.
  public let amountIsLocked: Bool
  /// Tracks of faces that have just paid: the amount is rather for whoever comes next.
  public let served: Set<Int>

  public init(number: Int, amountIsLocked: Bool, served: Set<Int> = []) {
    self.number = number
    self.amountIsLocked = amountIsLocked
    self.served = served
  }
}

/// What the checkout wants from the cameras and from recognition.
public struct VisionWish: Sendable, Equatable {
  public var camera: CameraController.Wish
  /// nil while nobody needs to be recognised.
  public var round: IdentificationRound?

  public init(camera: CameraController.Wish = .init(), round: IdentificationRound? = nil) {
    self.camera = camera
    self.round = round
  }
}
