/// What the checkout wants to know about the faces before the camera.
public struct IdentificationRound: Sendable, Hashable {
  /// When the number changes, every face must be identified again.
  public let number: Int
  /// The amount that waits for a face; nil when none does. It belongs to whoever stood nearest and alone when this
  /// number changed, however often faces must be identified again meanwhile.
  public let amount: Int?
  /// Tracks of faces that have just paid: the amount is rather for whoever comes next.
  public let served: Set<Int>
  /// The amount was refused to somebody who had just paid: the next one must stand there for a moment.
  public let isHandedOn: Bool
  /// False while no face may pay: the amount gets its owner all the same.
  public let wantsNames: Bool

  public init(
    number: Int, amount: Int?, served: Set<Int> = [], isHandedOn: Bool = false, wantsNames: Bool = true
  ) {
    self.number = number
    self.amount = amount
    self.served = served
    self.isHandedOn = isHandedOn
    self.wantsNames = wantsNames
  }
}

/// What the checkout wants from the cameras and from recognition.
public struct VisionWish: Sendable, Equatable {
  public var camera: CameraController.Wish
  /// nil while nobody needs to be recognised.
  public var round: IdentificationRound?
  /// How often the camera was closed: everybody who was seen before is taken to have left, even if it was opened again
  /// at once.
  public var closings: Int

  public init(
    camera: CameraController.Wish = .init(), round: IdentificationRound? = nil, closings: Int = 0
  ) {
    self.camera = camera
    self.round = round
    self.closings = closings
  }
}
