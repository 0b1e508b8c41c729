public import Imaging

/// Something that knows its frames by number: a scenario, a folder, a video.
public protocol FramePlayer {
  /// How often frames come.
  var frameInterval: Duration { get }

  /// Frame `number`, counted from 0. Numbers only grow; some may be left out. nil after the last frame.
  func frame(_ number: UInt64) throws(CameraError) -> Frame?
}
