import ArgumentParser
import Camera
import CanteenCore
import FaceRecognition
import Foundation
import GatewayProtocol
import Settings

/// Opens both cameras of a profile itself. A running till holds them, so close its camera or stop it first.
struct CameraAlign: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "align", abstract: "Measure how the infrared picture lies over the colour one.",
    discussion: """
      One person stands at the usual distance, looks at the camera and moves a little. Prints the lines for \
      camera.ir.alignment of the profile. Stop canteend first, it holds the cameras.
      """)

  @Option(help: "The device profile: a name under /usr/share/canteen/devices, or a file.")
  var profile: String

  @Option(help: "Folder with the two models.", completion: .directory)
  var models = "/usr/share/canteen/models"

  @Option(help: "Pictures with the face in both cameras, 10…1000.")
  var pictures = 40

  @Option(help: "Seconds after which it gives up.")
  var patience = 60

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    guard (AlignmentMeasurement.leastPictures...1_000).contains(pictures) else {
      throw ValidationError("--pictures must be 10…1000.")
    }
  }

  func run() async throws {
    try await orComplain {
      let cameras = try checked { () throws(SettingsError) in
        try ProfileShelf.installed.profile(profile, at: { URL(filePath: $0) }).camera
      }
      guard let infrared = cameras.infrared else {
        throw CommandError(
          "The profile names no infrared camera; add camera.ir, as `canteenctl camera probe` shows.")
      }
      let recognizer = try checked { () throws(ModelError) in
        try FaceRecognizer(models: RecognitionModels(folder: URL(filePath: models)))
      }
      let clock = SystemMonotonicClock()
      let (eye, other) = (
        MountedCamera(cameras.colour, clock: clock), MountedCamera(infrared.camera, clock: clock)
      )
      let measured: (alignment: InfraredAlignment, error: Float)
      do {
        measured = try await measure(eye, other, AlignmentMeasurement(recognizer: recognizer), clock: clock)
      } catch let error as CameraError {
        throw CommandError("\(error)")
      }
      try show(measured.alignment, error: measured.error)
    }
  }

  private func measure(
    _ colour: MountedCamera, _ infrared: MountedCamera, _ start: AlignmentMeasurement,
    clock: SystemMonotonicClock
  ) async throws -> (alignment: InfraredAlignment, error: Float) {
    var measurement = start
    let end = clock.now.advanced(by: .seconds(patience))
    try await colour.open()
    try await infrared.open()
    while measurement.pictures < pictures, clock.now < end {
      let (seen, seenInInfrared) = (try await colour.nextFrame(), try await infrared.nextFrame())
      if try measurement.add(colour: seen, infrared: seenInInfrared) {
        FileHandle.standardError.write(Data("\r\(measurement.pictures) of \(pictures) pictures".utf8))
      }
    }
    FileHandle.standardError.write(Data("\n".utf8))
    await colour.close()
    await infrared.close()
    guard measurement.pictures >= pictures, let result = measurement.result else {
      throw CommandError(
        "Only \(measurement.pictures) pictures showed one face in both cameras; stand alone at the usual distance, "
          + "look at the camera, and check that the infrared lamp is lit and both are mounted upright (rotate, mirror)."
      )
    }
    return result
  }

  private func show(_ alignment: InfraredAlignment, error: Float) throws {
    if json {
      print(
        try CanonicalJSON.text([
          "scale": Double(alignment.scale), "offset_x": Double(alignment.offsetX),
          "offset_y": Double(alignment.offsetY), "error_px": Double(error),
        ]))
    } else {
      print(
        String(
          format: "alignment: { scale: %.3f, offset_x: %.1f, offset_y: %.1f }", alignment.scale,
          alignment.offsetX, alignment.offsetY))
      FileHandle.standardError.write(
        Data(
          String(format: "off by %.1f infrared pixels on average; put the line under camera.ir\n", error).utf8
        ))
    }
  }
}
