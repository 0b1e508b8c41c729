import Camera
import CanteenCore
import CanteenTestSupport
import Foundation
import Settings
import Testing
import TillAPI

@testable import Terminal

struct CameraSettingsTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func write(_ text: String, _ name: String) throws -> URL {
    try text.write(toFile: folder.path(name), atomically: true, encoding: .utf8)
    return folder.url.appending(path: name)
  }

  private func equipment(_ yaml: String) throws -> CameraEquipment {
    let file = try write(yaml, "camera.yaml")
    return try CameraEquipment(
      try SettingsFile.read(CameraSettings.self, from: file), relativeTo: { folder.url.appending(path: $0) },
      shelf: ProfileShelf(folder: folder.url), clock: ManualClock(), settingsFile: file)
  }

  private func checkout(_ yaml: String) throws -> CheckoutSettings {
    try SettingsFile.read(CheckoutSettings.self, from: try write(yaml, "checkout.yaml"))
  }

  @Test func `The field's times hold, the box goes before them, and terminal.yaml before the box`() throws {
    let field = try checkout("{ sells: manual }").camera(on: nil)
    #expect(field == CameraController.Settings())
    #expect(
      field.timing
        == .init(withGuidePage: .seconds(30), withoutGuidePage: .seconds(600), withoutMatch: .seconds(60)))
    _ = try write(
      "camera: { rgb: {} }\ncheckout: { guide_page: false, keep_camera_warm: 90, close_camera_without_match: 45 }",
      "box.yaml")
    let box = try equipment("profile: box").profile
    let both = try checkout("{ close_camera_without_match: 20 }").camera(on: box)
    #expect(!both.guidePageIsOn)
    #expect(both.staysWarmFor == .seconds(90))
    #expect(both.timing.withoutMatch == .seconds(20))
    #expect(both.timing.withGuidePage == .seconds(30))
  }

  @Test func `A profile with a typo lets the till start, and says at the camera what is wrong`() async throws
  {
    _ = try write("camera: { rgb: { formts: [yuyv] } }", "box.yaml")
    let equipment = try equipment("profile: box.yaml")
    #expect(equipment.profile == nil)
    #expect(EquipmentCheckUp(equipment: equipment).checks.map(\.ok) == [false])
    let error = await #expect(throws: CameraError.self) { try await equipment.source.open() }
    #expect(error?.description.contains("did you mean \"camera.rgb.formats\"?") == true)
  }

  @Test func `A misspelt setting of the camera is told the nearest name, also of one that is not given`()
    throws
  {
    let error = #expect(throws: SettingsError.self) { try equipment("profil: uvc-rgb") }
    #expect(error?.reason == "\"profil\" is not a setting; did you mean \"profile\"?")
    let two = #expect(throws: SettingsError.self) { try equipment("{ profile: box, device: /dev/video0 }") }
    #expect(two?.reason.contains("one of profile, device") == true)
    let warm = #expect(throws: SettingsError.self) { try checkout("{ keep_camera_wram: 3 }") }
    #expect(warm?.reason.contains("did you mean \"keep_camera_warm\"?") == true)
  }

  @Test func `The doctor says of each part of a box whether it is there`() throws {
    _ = try write(
      """
      camera: { rgb: { selector: { node: /dev/canteen-camera } } }
      screens: [{ page: till, connector: HDMI-A-1 }, { page: student, connector: HDMI-A-2 }]
      keypad: { node: /dev/canteen-keypad }
      scanner: { node: /dev/canteen-scanner }
      """, "box.yaml")
    var doctor = EquipmentCheckUp(equipment: try equipment("profile: box"))
    doctor.examine = { _ in .noCamera }
    doctor.exists = { $0 == "/dev/canteen-keypad" }
    doctor.connection = { $0 == "HDMI-A-1" ? "connected" : nil }
    let checks = doctor.checks
    #expect(
      checks.map(\.name) == ["camera plugged in", "keypad", "scanner", "till screen", "student screen"])
    #expect(checks.map(\.ok) == [false, true, false, true, false])
    #expect(checks[0].message.contains("cable"))
    #expect(checks[2].message.contains("/dev/canteen-scanner is not there"))
    #expect(checks[4].message.contains("no connector HDMI-A-2"))
  }
}
