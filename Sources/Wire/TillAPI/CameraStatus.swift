public import CanteenCore

/// Opens the camera.
public struct CameraOpening: Sendable, Equatable, Codable {
  /// Whether the student sees the picture.
  public let preview: Bool

  public init(preview: Bool) {
    self.preview = preview
  }
}

/// Shows the preview to the student, or hides it, until the next such call.
public struct PreviewWish: Sendable, Equatable, Codable {
  public let shown: Bool

  public init(shown: Bool) {
    self.shown = shown
  }
}

/// The state of the camera.
public struct CameraStatus: Sendable, Equatable, Codable {
  public let phase: CameraPhase
  /// What the device should be doing.
  public let wanted: CameraController.Device
  /// What it is doing.
  public let device: CameraDevice
  public let showsPreview: Bool
  /// Until the camera closes by itself; for a warm device, until the device closes.
  public let closesInSeconds: Double?
  public let error: String?

  public init(
    phase: CameraPhase, wanted: CameraController.Device, device: CameraDevice, showsPreview: Bool,
    closesInSeconds: Double?, error: String?
  ) {
    self.phase = phase
    self.wanted = wanted
    self.device = device
    self.showsPreview = showsPreview
    self.closesInSeconds = closesInSeconds
    self.error = error
  }

  private enum CodingKeys: String, CodingKey {
    case phase
    case wanted
    case device
    case showsPreview = "shows_preview"
    case closesInSeconds = "closes_in_seconds"
    case error
  }
}

/// What camera protection watches over.
public enum CameraPhase: String, Sendable, Codable {
  case closed
  case preRecognition = "pre_recognition"
  case postRecognition = "post_recognition"
}

/// What the camera's device is doing.
public enum CameraDevice: String, Sendable, Codable {
  case closed
  case opening
  /// Open, but its frames are not used.
  case warm
  case open
  case failed
}
