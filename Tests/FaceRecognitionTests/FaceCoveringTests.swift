import CanteenCore
import CanteenTestSupport
import FaceRecognition
import Foundation
import Imaging
import Testing

/// Portraits with glasses and masks drawn on them.
@Suite(.serialized) struct FaceCoveringTests {
  private static let portraits = ["obama.jpg", "obama3.jpg", "biden.jpg", "astronaut.png"]

  private let recognizer: FaceRecognizer

  init() throws {
    recognizer = try FaceRecognizer(models: RecognitionModels(folder: TestMaterial.models.url()))
  }

  private func photo(_ name: String) throws -> Frame {
    let photo = try Frame(decoding: TestMaterial.portrait(name))
    let scale = 600 / Double(max(photo.width, photo.height))
    return try photo.resized(
      width: Int(Double(photo.width) * scale), height: Int(Double(photo.height) * scale))
  }

  private func face(in photo: Frame) throws -> DetectedFace {
    try #require(try recognizer.faces(in: photo, longSide: 600).first)
  }

  private func covering(in photo: Frame) throws -> FaceCovering? {
    try recognizer.covering(of: face(in: photo), in: photo)
  }

  @Test(arguments: portraits, [[15, 15, 15], [40, 30, 60]] as [[UInt8]])
  func `Dark glasses are seen`(portrait: String, colour: [UInt8]) throws {
    let photo = try photo(portrait)
    let face = try face(in: photo).landmarks
    let eyes = hypot(face.leftEye.x - face.rightEye.x, face.leftEye.y - face.rightEye.y)
    let worn = try photo.painted(colour) { x, y in
      [face.rightEye, face.leftEye].contains { eye in
        let (dx, dy) = ((x - eye.x) / (0.43 * eyes), (y - eye.y) / (0.32 * eyes))
        return dx * dx + dy * dy <= 1
      }
    }
    #expect(try covering(in: worn) == .sunglasses)
  }

  @Test(
    arguments: portraits, [[200, 170, 110], [235, 235, 235], [25, 25, 25], [150, 190, 160]] as [[UInt8]])
  func `A mask over nose and mouth is seen`(portrait: String, colour: [UInt8]) throws {
    let photo = try photo(portrait)
    let face = try face(in: photo).landmarks
    let eyes = hypot(face.leftEye.x - face.rightEye.x, face.leftEye.y - face.rightEye.y)
    let (middle, mouth) = (face.nose.x, (face.rightMouth.y + face.leftMouth.y) / 2)
    let worn = try photo.painted(colour) { x, y in
      abs(x - middle) <= 0.95 * eyes && y >= face.nose.y - 0.2 * eyes && y <= mouth + 0.9 * eyes
    }
    #expect(try covering(in: worn) == .mask)
  }

  @Test(
    arguments: portraits, [[1, 1, 1], [0.5, 0.5, 0.5], [1.25, 1.25, 1.25], [0.7, 1, 1.25]] as [[Float]])
  func `A bare face is not called covered, whatever the light`(portrait: String, light: [Float]) throws {
    #expect(try covering(in: photo(portrait).lit(light)) == nil)
  }

  @Test func `A stranger in a mask is told to pull it down, and is still only a stranger`() throws {
    let photo = try photo("astronaut.png").cropped(left: 130, top: 30, width: 270, height: 270)
    let face = try face(in: photo).landmarks
    let worn = try photo.painted([200, 170, 110]) { x, y in
      abs(x - face.nose.x) <= 50 && y >= face.nose.y - 10 && y <= face.nose.y + 100
    }
    let clock = ManualClock()
    let library = try SmallLibrary(["joseph": "biden.jpg", "barack": "obama.jpg"], by: recognizer)
    var examiner = FaceExaminer(
      recognizer: recognizer, policy: IdentificationPolicy(),
      liveness: LivenessCheck(.record), clock: clock)
    var last = FaceExaminer.Sighting()
    var events: [FaceExaminer.Event] = []
    for number in 1...20 {
      clock.advance(by: .milliseconds(40))
      last = try examiner.examine(
        worn.stamped(sequence: UInt64(number), capturedAt: clock.now),
        wanted: IdentificationRound(number: 1, amount: 1), library: library)
      events += last.events
    }
    #expect(last.covering == .mask)
    #expect(events.count { if case .notRecognised = $0 { true } else { false } } == 1)
  }

  @Test func `A dark room is named after a second, an empty one in the light never`() throws {
    func told(grey: UInt8) throws -> [Bool] {
      let clock = ManualClock()
      let library = try SmallLibrary([:], by: recognizer)
      var examiner = FaceExaminer(
        recognizer: recognizer, policy: IdentificationPolicy(), liveness: LivenessCheck(.record), clock: clock
      )
      let room = try Frame(width: 320, height: 240, bgr: [UInt8](repeating: grey, count: 320 * 240 * 3))
      return try (0...30).map { number in
        clock.advance(by: .milliseconds(40))
        return try examiner.examine(
          room.stamped(sequence: UInt64(number + 1), capturedAt: clock.now), wanted: nil, library: library
        ).isTooDark
      }
    }
    let dark = try told(grey: 6)
    #expect(!dark.prefix(24).contains(true) && dark.suffix(4).allSatisfy(\.self))
    #expect(try !told(grey: 40).contains(true))
  }
}

extension Frame {
  fileprivate func painted(_ colour: [UInt8], where covers: (Float, Float) -> Bool) throws -> Frame {
    var pixels = bgr
    for y in 0..<height {
      for x in 0..<width where covers(Float(x), Float(y)) {
        for channel in 0..<3 {
          // Cloth and glass are never quite even.
          let grain = (x &* 7 &+ y &* 13 &+ x &* y) % 7 - 3
          pixels[(y * width + x) * 3 + channel] = UInt8(clamping: Int(colour[channel]) + grain)
        }
      }
    }
    return try Frame(width: width, height: height, bgr: pixels)
  }

  /// - Parameter gain: of blue, green and red.
  fileprivate func lit(_ gain: [Float]) throws -> Frame {
    let pixels = bgr.enumerated().map { UInt8(clamping: Int(Float($1) * gain[$0 % 3])) }
    return try Frame(width: width, height: height, bgr: pixels)
  }
}
