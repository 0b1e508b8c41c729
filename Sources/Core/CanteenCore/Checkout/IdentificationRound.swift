/// What is wanted of the faces before the camera.
public struct IdentificationRound: Sendable, Hashable {
  /// Another number makes everybody a stranger again.
  public let number: Int
  /// True when an amount waits for a face: it then belongs to whoever was nearest when the round began.
  public let amountIsLocked: Bool

  public init(number: Int, amountIsLocked: Bool) {
    self.number = number
    self.amountIsLocked = amountIsLocked
  }
}

/// What the checkout wants of the cameras and of whoever looks through them.
public struct VisionWish: Sendable, Equatable {
  public var camera: CameraController.Wish
  /// nil while nobody needs to be recognised.
  public var round: IdentificationRound?

  public init(camera: CameraController.Wish = .init(), round: IdentificationRound? = nil) {
    self.camera = camera
    self.round = round
  }
}
