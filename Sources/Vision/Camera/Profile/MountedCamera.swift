public import CanteenCore
public import Imaging

/// Turns the pictures of a camera upright, by how it was mounted.
public actor MountedCamera: FrameSource {
  private let camera: any FrameSource
  private let rotate: QuarterTurn
  private let mirror: Bool

  public init(_ camera: any FrameSource, rotate: QuarterTurn, mirror: Bool) {
    self.camera = camera
    self.rotate = rotate
    self.mirror = mirror
  }

  /// The camera a profile describes.
  public init(_ profile: MountedCameraProfile, clock: any MonotonicClock) {
    self.init(
      V4L2Camera(selector: profile.selector, settings: profile.settings, clock: clock),
      rotate: profile.rotate, mirror: profile.mirror)
  }

  public private(set) var losses = FrameLosses()

  public func open() async throws(CameraError) { try await camera.open() }

  public func nextFrame() async throws(CameraError) -> Frame {
    let frame = try await camera.nextFrame()
    losses = await camera.losses
    return frame.turned(rotate, mirrored: mirror)
  }

  public func close() async { await camera.close() }
}

/// Stands in for a camera whose profile cannot be used: the till starts, says why on its page, and sells without
/// faces.
public actor UnusableCamera: FrameSource {
  public let losses = FrameLosses()
  private let reason: String

  public init(reason: String) {
    self.reason = reason
  }

  public func open() throws(CameraError) { throw .misconfigured(reason) }

  public func nextFrame() throws(CameraError) -> Frame { throw .closed }

  public func close() {}
}
