import CanteenCore
import CanteenTestSupport
import Foundation
import Imaging
import Settings
import Testing

@testable import Camera

struct DeviceProfileTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func read(_ text: String) throws -> DeviceProfile {
    try text.write(toFile: folder.path("profile.yaml"), atomically: true, encoding: .utf8)
    return try SettingsFile.read(DeviceProfile.self, from: folder.url.appending(path: "profile.yaml"))
  }

  @Test func `Every profile that is shipped is a profile, and says what it is`() throws {
    let devices = TestMaterial.project("devices")
    let files = try FileManager.default.contentsOfDirectory(atPath: devices.path)
    #expect(files.count >= 7)
    for file in files {
      let profile = try SettingsFile.read(DeviceProfile.self, from: devices.appending(path: file))
      #expect(profile.title?.isEmpty == false, "\(file)")
    }
  }

  @Test func `A profile says everything about a camera and how it was mounted`() throws {
    let profile = try read(
      """
      camera:
        rgb:
          selector: { usb: "046d:0825" }
          formats: [mjpeg, yuyv]
          width: 1280
          height: 720
          fps: 30
          rotate: 90
          mirror: true
          controls: { gain: 12, power_line_frequency: 1 }
        ir:
          selector: { name: "*IR*" }
          alignment: { scale: 0.5, offset_x: -8 }
      checkout: { keep_camera_warm: 60, guide_page: false }
      """)
    let colour = profile.camera.colour
    #expect(colour.selector == .usb(vendor: 0x046D, product: 0x0825))
    #expect(
      colour.settings
        == CaptureSettings(
          formats: [.mjpeg, .yuyv], width: 1280, height: 720, framesPerSecond: 30,
          controls: [.gain: 12, .powerLineFrequency: 1]))
    #expect(colour.rotate == .right && colour.mirror)
    #expect(profile.camera.infrared?.camera.selector == .name(pattern: "*IR*"))
    #expect(profile.camera.infrared?.alignment == .init(scale: 0.5, offsetX: -8, offsetY: 0))
    #expect(profile.checkout.keepCameraWarm == 60 && profile.checkout.guidePage == false)
    #expect(profile.checkout.closeCameraWithoutFace == nil)
  }

  @Test(arguments: [
    ("camera: { rgb: { formts: [yuyv] } }", "did you mean \"camera.rgb.formats\"?"),
    ("camera: { rgb: { selctor: { node: /dev/video0 } } }", "did you mean \"camera.rgb.selector\"?"),
    ("camera: { rgb: {} }\nscreen: []", "did you mean \"screens\"?"),
    ("camera: { rgb: {} }\nkeypat: { node: /dev/x }", "did you mean \"keypad\"?"),
    ("camera: { rgb: {} }\ncheckout: { keep_camera_worm: 3 }", "did you mean \"checkout.keep_camera_warm\"?"),
    ("camera: { rgb: { formats: [mjpg] } }", "knows no \"mjpg\"; did you mean \"mjpeg\"?"),
    ("camera: { rgb: { controls: { powerline_frequency: 1 } } }", "did you mean \"power_line_frequency\"?"),
    ("camera: { rgb: { formats: [] } }", "at least one format"),
    ("camera: { rgb: { rotate: 45 } }", "0, 90, 180 or 270"),
    ("camera: { rgb: { fps: 0 } }", "must be 1 to 120"),
    ("camera: { rgb: { width: 99999 } }", "must be 64 to 4096"),
    ("camera: { rgb: { selector: { usb: 46d } } }", "`lsusb`"),
    ("camera: { rgb: { selector: { node: video0 } } }", "under /dev"),
    ("camera: { rgb: { selector: { node: /dev/video0, name: x } } }", "one of node, name, usb and bus"),
    ("camera: { rgb: {}, ir: {} }", "the same camera"),
    ("camera: { rgb: {}, ir: { selector: { name: IR }, alignment: { scale: 0 } } }", "must be 0.1 to 10"),
    ("camera: { rgb: {} }\nscreens: [{ page: til, connector: HDMI-A-1 }]", "did you mean \"till\"?"),
    ("camera: { rgb: {} }\nscreens: [{ page: till, connector: ../x }]", "/sys/class/drm"),
    ("camera: { rgb: {} }\ncheckout: { keep_camera_warm: -1 }", "must be 0 to 86400"),
    ("{}", "\"camera\" is missing"),
  ])
  func `A profile with a mistake is refused with the place and the reason`(text: String, words: String) throws
  {
    let error = #expect(throws: SettingsError.self) { try read(text) }
    #expect(error?.reason.contains(words) == true, "\(error?.reason ?? "")")
  }

  @Test func `A name is looked up on the shelf, a path is not, and a wrong name is told the nearest`() throws
  {
    try "camera: { rgb: { fps: 15 } }".write(
      toFile: folder.path("uvc-rgb.yaml"), atomically: true, encoding: .utf8)
    let shelf = ProfileShelf(folder: folder.url)
    func place(_ path: String) -> URL { folder.url.appending(path: path) }
    #expect(try shelf.profile("uvc-rgb", at: place).camera.colour.settings.framesPerSecond == 15)
    #expect(try shelf.profile("./uvc-rgb.yaml", at: place).camera.colour.settings.framesPerSecond == 15)
    let error = #expect(throws: SettingsError.self) { try shelf.profile("uvc-rbg", at: place) }
    #expect(error?.reason == "there is no such profile; did you mean \"uvc-rgb\"?")
  }
}

struct MountedCameraTests {
  /// Three pixels above three: 1 2 3 over 4 5 6.
  private func picture() throws -> Frame {
    try Frame(width: 3, height: 2, bgr: (1...6).flatMap { [UInt8](repeating: $0, count: 3) })
  }

  @Test(arguments: [
    (QuarterTurn.none, false, [1, 2, 3, 4, 5, 6] as [UInt8]), (.none, true, [3, 2, 1, 6, 5, 4]),
    (.right, false, [4, 1, 5, 2, 6, 3]), (.right, true, [1, 4, 2, 5, 3, 6]),
    (.half, false, [6, 5, 4, 3, 2, 1]), (.left, false, [3, 6, 2, 5, 1, 4]),
  ])
  func `A picture is turned clockwise, then mirrored`(turn: QuarterTurn, mirrored: Bool, pixels: [UInt8])
    throws
  {
    let turned = try picture().turned(turn, mirrored: mirrored)
    let onItsSide = turn == .right || turn == .left
    #expect((turned.width, turned.height) == (onItsSide ? 2 : 3, onItsSide ? 3 : 2))
    #expect(stride(from: 0, to: turned.bgr.count, by: 3).map { turned.bgr[$0] } == pixels)
  }

  @Test func `A camera without a usable profile says why each time it is opened`() async throws {
    let camera = UnusableCamera(reason: "The file x cannot be used.")
    await #expect(throws: CameraError.misconfigured("The file x cannot be used.")) { try await camera.open() }
  }
}
