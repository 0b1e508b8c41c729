public import Imaging

/// Something that knows its frames by number: a scenario, a folder, a video.
public protocol FramePlayer {
  /// How often frames come.
  var frameInterval: Duration { get }

  /// Frame `number`, counted from 0. Numbers only grow; some are left out. nil when it is all over.
  func frame(_ number: UInt64) throws(CameraError) -> Frame?
}
