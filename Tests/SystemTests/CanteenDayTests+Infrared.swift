import CanteenTestSupport
import FaceRecognition
import Foundation
import Imaging
import RecognitionTrials
import Stage
import Testing
import TillAPI

extension CanteenDayTests {
  /// Films what both cameras of a till would see of a presentation by the one pupil whose portraits these are.
  private func film(_ kind: PresentationKind, number: Int) throws -> StagePlan.Film {
    let recognizer = try FaceRecognizer(models: RecognitionModels(folder: TestMaterial.models.url()))
    let portraits = try ["biden.jpg", "obama.jpg"].map {
      try Portrait(photo: Frame(decoding: TestMaterial.portrait($0)), recognizer: recognizer)
    }
    let presentation = try AttackSet(portraits: portraits, seed: 5).presentation(kind, number: number)
    let film = StagePlan.Film(
      colour: folder.url.appending(path: "\(kind)-colour"),
      infrared: folder.url.appending(path: "\(kind)-infrared"),
      framesPerSecond: 10)
    for place in [film.colour, film.infrared] {
      try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    }
    for picture in 0..<60 {
      let (name, second) = ("\(1_000 + picture).jpg", Float(picture) / 10)
      let pictures = [
        (film.colour, try presentation.frame(at: second)),
        (film.infrared, try presentation.infraredFrame(at: second)),
      ]
      for (place, frame) in pictures {
        try Data(frame.jpeg(quality: 95)).write(to: place.appending(path: name))
      }
    }
    return film
  }

  @Test func `At a till with an infrared camera a living face pays`() async throws {
    try await onStage(film: try film(.bonaFide, number: 0)) { stage in
      try await eventually("an order") { try await stage.tillStatus().orders.accepted >= 1 }
    }
  }

  /// The colour camera alone would let this one pay.
  @Test func `At a till with an infrared camera a known face on a screen does not pay`() async throws {
    try await onStage(film: try film(.screen, number: 6)) { stage in
      try await eventually("a screen that was seen through") {
        try await stage.tillStatus().counts.artefactsRefused >= 2
      }
      let accepted = try await stage.tillStatus().orders.accepted
      #expect(accepted == 0)
    }
  }
}
