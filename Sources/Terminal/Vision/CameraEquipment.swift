import Camera
import CanteenCore
import Foundation
import Settings

/// What the settings say about a till's cameras, and what feeds the till with frames.
struct CameraEquipment: Sendable {
  let source: any FrameSource
  /// Of the infrared camera, where there is one.
  let infrared: (any FrameSource)?
  /// Of a real camera; nil for a replay, and for a profile that cannot be used.
  let profile: DeviceProfile?
  /// Why the profile cannot be used.
  let fault: String?

  private init(
    source: any FrameSource, infrared: (any FrameSource)? = nil, profile: DeviceProfile? = nil,
    fault: String? = nil
  ) {
    self.source = source
    self.infrared = infrared
    self.profile = profile
    self.fault = fault
  }

  private init(_ profile: DeviceProfile, clock: any MonotonicClock) {
    self.init(
      source: MountedCamera(profile.camera.colour, clock: clock),
      infrared: profile.camera.infrared.map { MountedCamera($0.camera, clock: clock) }, profile: profile)
  }

  /// How the infrared camera's picture lies over the colour one.
  var infraredAlignment: InfraredAlignment {
    profile?.camera.infrared?.alignment ?? InfraredAlignment()
  }

  /// - Throws: when the settings name no source or a replay that cannot be played. A profile that cannot be used
  ///   throws nothing: the till says so on its page and sells without faces.
  init(
    _ settings: CameraSettings, relativeTo place: (String) -> URL, shelf: ProfileShelf = .installed,
    clock: any MonotonicClock, settingsFile: URL
  ) throws {
    let named = [settings.profile, settings.device, settings.scenario, settings.video, settings.folder]
    guard named.compactMap(\.self).count == 1 else {
      throw SettingsError(
        file: settingsFile.path,
        reason: "\"camera\" must name one of profile, device, scenario, video or folder")
    }
    guard settings.infraredFolder == nil || settings.folder != nil else {
      throw SettingsError(
        file: settingsFile.path,
        reason:
          "\"camera.infrared_folder\" goes with \"folder\"; a real camera's is in its profile, as \"ir\"")
    }
    if let name = settings.profile {
      do throws(SettingsError) {
        self.init(try shelf.profile(name, at: place), clock: clock)
      } catch {
        self.init(source: UnusableCamera(reason: error.description), fault: error.description)
      }
    } else if let device = settings.device {
      let colour = MountedCameraProfile(selector: .node(device))
      self.init(DeviceProfile(camera: .init(colour: colour)), clock: clock)
    } else if let scenario = settings.scenario {
      guard let pictures = settings.pictures else {
        throw SettingsError(file: settingsFile.path, reason: "\"camera.pictures\" is missing")
      }
      let player = try ScenarioPlayer(scenario: Scenario(file: place(scenario)), pictures: place(pictures))
      self.init(source: ReplayCamera(player: player, clock: clock))
    } else if let video = settings.video {
      self.init(source: ReplayCamera(player: try VideoPlayer(file: place(video)), clock: clock))
    } else {
      func replay(_ folder: String) throws -> ReplayCamera {
        let player = try FolderPlayer(
          folder: place(folder), framesPerSecond: settings.framesPerSecond ?? 25)
        return ReplayCamera(player: player, clock: clock)
      }
      self.init(
        source: try replay(settings.folder ?? ""), infrared: try settings.infraredFolder.map(replay))
    }
  }
}
