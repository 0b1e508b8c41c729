import CanteenTestSupport
import Foundation
import Settings
import Testing

@testable import Camera

struct CameraExaminationTests {
  private func node(
    _ path: String, _ card: String = "USB Camera", _ kind: VideoNode.Kind = .capture,
    formats: [String] = ["YUYV"], usb: USBNumber? = nil, links: [String] = [],
    controls: [CameraControl] = []
  ) -> VideoNode {
    VideoNode(
      path: path, card: card, driver: "uvcvideo", busInfo: "usb-1", links: links, kind: kind, usb: usb,
      formats: formats.map { letters in
        let code = letters.utf8.reversed().reduce(0) { $0 << 8 | UInt32($1) }
        return OfferedFormat(
          code: code, description: letters,
          sizes: [
            OfferedSize(
              width: 640...640, height: 480...480, widthStep: 1, heightStep: 1, framesPerSecond: [30])
          ])
      },
      controls: controls.map {
        OfferedControl(
          control: $0, name: $0.rawValue, range: 0...2, step: 1, usual: 0, value: 0, choices: [:],
          isInactive: false, isReadOnly: false)
      })
  }

  private func examine(
    _ selector: CameraSelector, formats: [PixelFormat] = [.mjpeg, .yuyv], among nodes: [VideoNode],
    asking ask: (String) throws(CameraError) -> VideoNode = { path throws(CameraError) in
      throw .cannotOpen(path, reason: "No such file or directory")
    }
  ) -> CameraExamination {
    CameraExamination(
      MountedCameraProfile(selector: selector, settings: CaptureSettings(formats: formats)), among: nodes,
      asking: ask)
  }

  @Test func `A camera that fits is fine`() {
    #expect(examine(.any, among: [node("/dev/video0")]).isFine)
    #expect(
      examine(.node("/dev/canteen-camera"), among: [node("/dev/video3", links: ["/dev/canteen-camera"])])
        .isFine)
  }

  @Test func `No camera at all: the cable is named`() {
    for selector in [CameraSelector.any, .node("/dev/canteen-camera"), .name(pattern: "*")] {
      let found = examine(selector, among: [node("/dev/video1", "Tuner", .radio)])
      #expect(found == .noCamera)
      #expect("\(found)".contains("cable"))
    }
  }

  @Test func `Another camera than the profile's: what is there is told`() {
    let found = examine(.usb(vendor: 1, product: 2), among: [node("/dev/video0")])
    #expect(!found.isFine)
    #expect("\(found)".contains("0001:0002") && "\(found)".contains("USB Camera at /dev/video0"))
  }

  @Test(arguments: [VideoNode.Kind.metadata, .output, .codec])
  func `A wrong node: the right one of the same camera is told`(kind: VideoNode.Kind) {
    let nodes = [
      node("/dev/video0", "Other"), node("/dev/video2"), node("/dev/video3", "USB Camera", kind, formats: []),
    ]
    let found = examine(.node("/dev/video3"), among: nodes)
    #expect("\(found)".contains("is a \(kind.rawValue) node"))
    #expect("\(found)".contains("use /dev/video2"))
  }

  @Test func `A radio is asked and named as what it is`() {
    let found = examine(.node("/dev/radio0"), among: [node("/dev/video0")]) { path throws(CameraError) in
      node(path, "Tuner", .radio, formats: [])
    }
    #expect("\(found)".contains("is a radio node"))
  }

  @Test func `A node that cannot be asked beside one that can`() {
    let found = examine(.node("/dev/video7"), among: [node("/dev/video0")])
    #expect("\(found)".contains("No such file") && "\(found)".contains("camera probe"))
  }

  @Test func `A format nobody supports is named, and a way out`() {
    let nodes = [node("/dev/video0", formats: ["H264"])]
    let found = examine(.any, among: nodes)
    #expect("\(found)".contains("only H264") && "\(found)".contains("\"converted\""))
    #expect(examine(.any, formats: [.yuyv, .converted], among: nodes).isFine)
  }

  private func profile(of nodes: [VideoNode]) throws -> DeviceProfile {
    let folder = try TemporaryFolder()
    let draft = try #require(ProfileDraft(of: nodes))
    try draft.text.write(toFile: folder.path("p.yaml"), atomically: true, encoding: .utf8)
    return try SettingsFile.read(DeviceProfile.self, from: folder.url.appending(path: "p.yaml"))
  }

  @Test func `What probe writes is a profile that finds the same camera again`() throws {
    let camera = node(
      "/dev/video0", "A \"strange\": # name\n", formats: ["MJPG", "H264"], usb: USBNumber("046d:0825"),
      controls: [.powerLineFrequency])
    let written = try profile(of: [node("/dev/video1", "x", .metadata, formats: []), camera])
    #expect(written.camera.colour.selector == .usb(vendor: 0x046D, product: 0x0825))
    #expect(written.camera.colour.settings.formats == [.mjpeg])
    #expect(written.camera.colour.settings.controls == [.powerLineFrequency: 1])
    #expect(written.camera.infrared == nil)
    #expect(ProfileDraft(of: [node("/dev/video1", "x", .metadata, formats: [])]) == nil)
  }

  @Test func `Of a pair on one USB number, each is told by its own name`() throws {
    let usb = USBNumber("1bcf:2c99")
    let written = try profile(of: [
      node("/dev/video0", "Pair IR", formats: ["YUYV"], usb: usb), node("/dev/video2", "Pair RGB", usb: usb),
    ])
    #expect(written.camera.colour.selector == .name(pattern: "Pair RGB"))
    #expect(written.camera.infrared?.camera.selector == .name(pattern: "Pair IR"))
  }

  @Test func `Two cameras alike are told by their links`() throws {
    let written = try profile(of: [
      node("/dev/video0", usb: USBNumber("1bcf:2c99"), links: ["/dev/v4l/by-path/a"]),
      node("/dev/video2", usb: USBNumber("1bcf:2c99"), links: ["/dev/v4l/by-path/b"]),
    ])
    #expect(written.camera.colour.selector == .node("/dev/v4l/by-path/a"))
  }
}
