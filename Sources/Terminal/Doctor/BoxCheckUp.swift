public import TillAPI
import Camera
public import CanteenCore
import FaceRecognition
public import Foundation
import Imaging
import Settings
import SystemService

/// Checks a box before its till runs: settings, pairing, models, pages, camera.
public struct BoxCheckUp {
  private let file: URL
  private let clock: any MonotonicClock

  public init(settingsFile file: URL, clock: any MonotonicClock) {
    self.file = file
    self.clock = clock
  }

  /// Opens the camera for a moment; while a till runs on this box, ask that till instead.
  public func checks() async -> [Check] {
    let settings: TerminalSettings
    do throws(SettingsError) {
      settings = try SettingsFile.read(TerminalSettings.self, from: file)
    } catch {
      return [Check("settings", ok: false, error.description)]
    }
    func place(_ path: String) -> URL { URL(filePath: path, relativeTo: file.deletingLastPathComponent()) }
    let (state, pages) = (place(settings.state), place(settings.web).appending(path: "till/till.html"))
    var checks = [
      Check("settings", ok: true, file.path),
      Check("pairing") { "\(try TerminalIdentity.read(from: state).terminal)" },
    ]
    if let identity = try? TerminalIdentity.read(from: state) { checks.append(await gatewayCheck(identity)) }
    checks += [
      Check("state folder") {
        guard FileManager.default.isWritableFile(atPath: state.path) else {
          throw NotWritable(path: state.path)
        }
        return state.path
      },
      Check("models") {
        _ = try RecognitionModels(folder: place(settings.models))
        return place(settings.models).path
      },
      Check(
        "pages", ok: FileManager.default.fileExists(atPath: pages.path),
        FileManager.default.fileExists(atPath: pages.path)
          ? pages.path : "\(pages.path) is not there; correct \"web\"."),
    ]
    do {
      let equipment = try CameraEquipment(
        settings.camera, relativeTo: place, clock: clock, settingsFile: file)
      let found = EquipmentCheckUp(equipment: equipment).checks
      checks += found
      if found.first?.ok != false {
        checks.append(await picture(from: equipment.source, "camera"))
        if let infrared = equipment.infrared {
          checks.append(await picture(from: infrared, "infrared pictures"))
        }
      }
    } catch {
      checks.append(Check("camera", ok: false, "\(error)"))
    }
    return checks
  }

  /// Asks the gateway as a till would that has no certificate yet, and judges what it shows.
  private func gatewayCheck(_ identity: TerminalIdentity) async -> Check {
    do {
      let trust: GatewayTrust = identity.isByHeader ? .plain : .certified(by: try identity.judge())
      let client = GatewayClient(
        // Nobody knows whether this box's clock is right; the till judges dates once the gateway has told it the time.
        connections: try GatewayConnections(
          to: identity.pairing ?? identity.gateway, trusting: trust, now: { nil }),
        terminal: nil, wallClock: SystemWallClock())
      try await client.isThere()
      return Check("gateway", ok: true, "\(identity.gateway) is the one that paired this box, and answers")
    } catch {
      return Check("gateway", ok: false, "\(error)")
    }
  }

  /// Takes one picture: a camera that sends garbage passes every other check.
  private func picture(from source: any FrameSource, _ name: String) async -> Check {
    let check: Check
    do throws(CameraError) {
      try await source.open()
      let frame = try await source.nextFrame()
      check = Check(name, ok: true, "sends pictures of \(frame.width)×\(frame.height)")
    } catch {
      check = Check(
        name, ok: false,
        "\(error) If a till runs on this box, `canteenctl doctor` asks it; else try another cable or camera.")
    }
    await source.close()
    return check
  }

  private struct NotWritable: Error, CustomStringConvertible {
    let path: String

    var description: String {
      "\(path) cannot be written; create it, and give it to the user canteend runs as."
    }
  }
}
