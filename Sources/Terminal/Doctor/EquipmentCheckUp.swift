import TillAPI
import Camera
import Foundation

/// Checks that the equipment the profile names is there. Nothing is streamed, so a running till is not
/// disturbed.
struct EquipmentCheckUp: Sendable {
  let equipment: CameraEquipment
  var examine: @Sendable (MountedCameraProfile) -> CameraExamination = { CameraExamination($0) }
  var exists: @Sendable (String) -> Bool = { FileManager.default.fileExists(atPath: $0) }
  /// The status of a connector in /sys/class/drm; nil when there is none of that name.
  var connection: @Sendable (String) -> String? = { connector in
    let folder = "/sys/class/drm"
    let cards = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    guard let card = cards.sorted().first(where: { $0.hasSuffix("-" + connector) }) else { return nil }
    return try? String(contentsOfFile: "\(folder)/\(card)/status", encoding: .utf8)
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }

  var checks: [Check] {
    if let fault = equipment.fault { return [Check("camera profile", ok: false, fault)] }
    guard let profile = equipment.profile else { return [] }
    var checks = [check("camera plugged in", profile.camera.colour)]
    if let infrared = profile.camera.infrared {
      checks.append(check("infrared camera", infrared.camera))
    }
    for (name, device) in [("keypad", profile.keypad), ("scanner", profile.scanner)] {
      guard let device else { continue }
      let isThere = exists(device.node)
      checks.append(
        Check(
          name, ok: isThere,
          isThere ? device.node : "\(device.node) is not there; plug it in, or correct the profile."))
    }
    for screen in profile.screens {
      let state = connection(screen.connector)
      let words =
        state.map { "\(screen.connector) is \($0)" }
        ?? "this box has no connector \(screen.connector); correct the profile."
      checks.append(Check("\(screen.page.rawValue) screen", ok: state == "connected", words))
    }
    return checks
  }

  private func check(_ name: String, _ profile: MountedCameraProfile) -> Check {
    let found = examine(profile)
    return Check(name, ok: found.isFine, "\(found)")
  }
}
