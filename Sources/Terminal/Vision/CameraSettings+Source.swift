import Camera
import CanteenCore
import Daemon
import SettingsFile
import Foundation

extension CameraSettings {
  /// The one source the settings name.
  func source(
    relativeTo place: (String) -> URL, clock: any MonotonicClock, settingsFile: URL
  ) throws -> any FrameSource {
    let named = [device, scenario, video, folder].compactMap(\.self)
    guard named.count == 1 else {
      throw SettingsError(
        file: settingsFile.path, reason: "\"camera\" must name one of device, scenario, video or folder")
    }
    if let scenario {
      guard let pictures else {
        throw SettingsError(file: settingsFile.path, reason: "\"camera.pictures\" is missing")
      }
      return ReplayCamera(
        player: try ScenarioPlayer(scenario: Scenario(file: place(scenario)), pictures: place(pictures)),
        clock: clock)
    }
    if let video { return ReplayCamera(player: try VideoPlayer(file: place(video)), clock: clock) }
    if let folder {
      return ReplayCamera(
        player: try FolderPlayer(folder: place(folder), framesPerSecond: framesPerSecond ?? 25), clock: clock)
    }
    return V4L2Camera(selector: .node(named[0]), clock: clock)
  }
}
