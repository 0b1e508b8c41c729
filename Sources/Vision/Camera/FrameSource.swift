public import Imaging

/// Something that delivers frames: a camera, or what plays one.
///
/// Only the newest frame counts: a source never queues, it skips and counts what it skipped. Closing is allowed
/// at any time and any number of times; afterwards the source may be opened again.
public protocol FrameSource: Actor {
  func open() async throws(CameraError)

  /// Waits for the next frame and gives the newest.
  ///
  /// - Throws: ``CameraError/closed`` when the source is not open or was closed while waiting.
  func nextFrame() async throws(CameraError) -> Frame

  func close() async

  /// Frames of this source that nobody saw, since it was made.
  var losses: FrameLosses { get }
}

/// Frames that a camera sent and nobody saw.
public struct FrameLosses: Sendable, Equatable {
  /// Newer ones came before anybody took them.
  public var skipped = 0
  /// They were not pictures; many of them mean a bad cable or too little power.
  public var broken = 0

  public init(skipped: Int = 0, broken: Int = 0) {
    self.skipped = skipped
    self.broken = broken
  }
}

/// Why there are no frames.
public enum CameraError: Error, Equatable, CustomStringConvertible {
  case closed
  /// The device, file or folder cannot be opened.
  case cannotOpen(String, reason: String)
  case lost(String, reason: String)
  case badScenario(file: String, reason: String)
  /// Its profile cannot be used; the sentence says why.
  case misconfigured(String)

  public var description: String {
    switch self {
    case .closed: "The camera is closed."
    case .cannotOpen(let name, let reason): "The camera \(name) cannot be opened: \(reason)."
    case .lost(let name, let reason): "The camera \(name) delivers no frames: \(reason)."
    case .misconfigured(let sentence): sentence
    case .badScenario(let file, let reason): "The scenario \(file) cannot be played: \(reason)."
    }
  }
}
