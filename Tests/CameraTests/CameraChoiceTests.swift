import CanteenTestSupport
import Foundation
import Testing

@testable import Camera

struct CameraChoiceTests {
  private func node(_ number: Int, _ card: String, kind: VideoNode.Kind = .capture, usb: USBNumber? = nil)
    -> VideoNode
  {
    VideoNode(
      path: "/dev/video\(number)", card: card, driver: "uvcvideo", busInfo: "usb-0000:00:14.0-\(number)",
      links: ["/dev/v4l/by-id/usb-\(number)"], kind: kind, usb: usb, formats: [], controls: [])
  }

  private var box: [VideoNode] {
    [
      node(0, "HD Webcam: HD Webcam", kind: .metadata), node(2, "HD Webcam: HD Webcam"),
      node(4, "HD Webcam: IR Camera", usb: USBNumber(vendor: 0x046D, product: 0x0825)),
    ]
  }

  @Test(arguments: [
    (CameraSelector.any, 2), (.name(pattern: "*ir cam*"), 4), (.name(pattern: "hd webcam: hd webcam"), 2),
    (.name(pattern: "HD*: *"), 2), (.usb(vendor: 0x046D, product: 0x0825), 4),
    (.bus("usb-0000:00:14.0-4"), 4),
  ])
  func `A camera is found by what it is, and never its metadata node`(
    selector: CameraSelector, number: Int
  ) throws {
    #expect(try selector.path { box } == "/dev/video\(number)")
  }

  @Test(arguments: [
    CameraSelector.name(pattern: "*thermal*"), .name(pattern: "HD"), .usb(vendor: 1, product: 2),
  ])
  func `One that is not there is refused with what is there`(selector: CameraSelector) {
    let error = #expect(throws: CameraError.self) { try selector.path { box } }
    #expect(error?.description.contains("HD Webcam: IR Camera at /dev/video4") == true)
    let nothing = #expect(throws: CameraError.self) { try selector.path { [] } }
    #expect(nothing?.description.contains("no camera is plugged in") == true)
  }

  @Test func `Names and USB numbers come from where Linux keeps them`() throws {
    let files = try TemporaryFolder()
    let folders = BoxFolders(
      devices: files.url.appending(path: "dev").path, classes: files.url.appending(path: "sys").path)
    let manager = FileManager.default
    for folder in ["dev/v4l/by-id", "sys/video10/device"] {
      try manager.createDirectory(
        at: files.url.appending(path: folder), withIntermediateDirectories: true)
    }
    for name in ["video10", "video2", "videodrome", "vbi0"] {
      try Data().write(to: files.url.appending(path: "dev/\(name)"))
    }
    try manager.createSymbolicLink(
      atPath: "\(folders.devices)/v4l/by-id/usb-cam-index0", withDestinationPath: "../../video10")
    try manager.createSymbolicLink(
      atPath: "\(folders.devices)/canteen-camera", withDestinationPath: "video10")
    try Data("usb:v046Dp0825d0010dcEF\n".utf8).write(
      to: files.url.appending(path: "sys/video10/device/modalias"))
    #expect(folders.videoNodes == ["\(folders.devices)/video2", "\(folders.devices)/video10"])
    let node = "\(folders.devices)/video10"
    #expect(
      folders.links(to: node) == [
        "\(folders.devices)/canteen-camera", "\(folders.devices)/v4l/by-id/usb-cam-index0",
      ])
    #expect(folders.usbNumber(of: node)?.description == "046d:0825")
    #expect(folders.usbNumber(of: "\(folders.devices)/canteen-camera")?.description == "046d:0825")
    #expect(folders.usbNumber(of: "\(folders.devices)/video2") == nil)
  }

  private func size(_ width: Int, _ height: Int, _ rate: Double) -> OfferedSize {
    OfferedSize(
      width: width...width, height: height...height, widthStep: 1, heightStep: 1, framesPerSecond: [rate])
  }

  private func asked(
    _ settings: CaptureSettings, of offered: [(StaticString, [OfferedSize])]
  ) -> [String] {
    CaptureNegotiation.candidates(offered: offered.map { (FourLetters($0).code, $1) }, settings: settings)
      .map { "\($0.format) \($0.width)×\($0.height)" }
  }

  @Test func `A format that reaches the rate goes before a preferred one that does not`() {
    let offered: [(StaticString, [OfferedSize])] = [
      ("YUYV", [size(640, 480, 30), size(1_280, 720, 10)]),
      ("MJPG", [size(640, 480, 30), size(1_280, 720, 30)]),
    ]
    let formats = [PixelFormat.yuyv, .mjpeg]
    #expect(
      asked(CaptureSettings(formats: formats), of: offered) == ["yuyv 640×480", "mjpeg 640×480"])
    #expect(
      asked(CaptureSettings(formats: formats, width: 1_280, height: 720), of: offered)
        == ["mjpeg 1280×720", "yuyv 1280×720"])
  }

  @Test func `The nearest size is taken, rather too large than too small`() {
    let offered: [(StaticString, [OfferedSize])] = [
      ("YUYV", [size(320, 240, 30), size(560, 420, 30), size(800, 600, 30), size(1_920, 1_080, 30)])
    ]
    #expect(asked(CaptureSettings(formats: [.yuyv]), of: offered) == ["yuyv 800×600"])
  }

  @Test func `In a range of sizes the wanted one is asked for, as its steps allow`() {
    let range = OfferedSize(
      width: 48...1_920, height: 32...1_080, widthStep: 16, heightStep: 8, framesPerSecond: [])
    #expect(
      asked(CaptureSettings(formats: [.grey], width: 650, height: 4_000), of: [("GREY", [range])])
        == ["grey 656×1080"])
  }

  @Test func `A driver that does not name its sizes is asked for the wanted one, and converting comes last`()
  {
    #expect(
      asked(CaptureSettings(formats: [.converted, .nv12]), of: [("NV12", [])])
        == ["nv12 640×480", "converted 640×480"])
  }
}
