import CanteenCore
import CanteenTestSupport
import FaceRecognition
import Imaging
import RecognitionTrials
import Testing

@Suite(.serialized) struct AlignmentMeasurementTests {
  private let recognizer: FaceRecognizer
  private let presentation: Presentation

  init() throws {
    let recognizer = try FaceRecognizer(models: RecognitionModels(folder: TestMaterial.models.url()))
    let portraits = try ["biden.jpg", "obama.jpg"].map {
      try Portrait(photo: Frame(decoding: TestMaterial.portrait($0)), recognizer: recognizer)
    }
    self.recognizer = recognizer
    presentation = try AttackSet(portraits: portraits, seed: 5).presentation(.bonaFide, number: 1)
  }

  @Test func `A smaller infrared picture that looks elsewhere is laid over the colour one`() throws {
    var measurement = AlignmentMeasurement(recognizer: recognizer)
    for picture in 0..<12 {
      #expect(measurement.result == nil || picture >= AlignmentMeasurement.leastPictures)
      let second = Float(picture) / 5
      let infrared = try presentation.infraredFrame(at: second).cropped(
        left: 40, top: 20, width: 560, height: 440
      )
      .resized(width: 448, height: 352)
      #expect(try measurement.add(colour: presentation.frame(at: second), infrared: infrared))
    }
    let (alignment, error) = try #require(measurement.result)
    #expect(abs(alignment.scale - 0.8) < 0.06)
    // Where faces are it is exact; far from there, a wrong scale shows.
    #expect(abs(320 * alignment.scale + alignment.offsetX - (320 - 40) * 0.8) < 4)
    #expect(abs(200 * alignment.scale + alignment.offsetY - (200 - 20) * 0.8) < 4)
    #expect(error < 5)
  }

  @Test func `Pictures without a face teach nothing`() throws {
    var measurement = AlignmentMeasurement(recognizer: recognizer)
    let grey = try Frame(width: 640, height: 480, bgr: [UInt8](repeating: 90, count: 640 * 480 * 3))
    #expect(try !measurement.add(colour: presentation.frame(at: 1), infrared: grey))
    #expect(measurement.pictures == 0 && measurement.result == nil)
  }
}
