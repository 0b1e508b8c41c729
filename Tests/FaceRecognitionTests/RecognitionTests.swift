import CanteenCore
import CanteenTestSupport
import FaceRecognition
import Foundation
import Imaging
import Testing

/// Serialised: the networks take all cores and 140 MB each time they are loaded.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct RecognitionTests {
  private let models: RecognitionModels
  private let recognizer: FaceRecognizer

  init() throws {
    models = try RecognitionModels(folder: TestMaterial.models.url())
    recognizer = try FaceRecognizer(models: models)
  }

  private static let portraits = ["obama.jpg", "obama2.jpg", "obama3.jpg", "biden.jpg", "astronaut.png"]

  private struct ReferenceFace: Decodable {
    let box, points, feature: [Float]
    let score: Float
  }

  @Test func `Detection and embedding agree with opencv-python on every portrait`() throws {
    let folder = try TestMaterial.portraits.url()
    let answer = try output(
      of: TestMaterial.openCVPython.url(),
      [TestMaterial.project("tools/opencv-reference.py").path, TestMaterial.models.url().path, "320"]
        + Self.portraits.map { folder.appending(path: $0).path })
    let reference = try JSONDecoder().decode([String: [ReferenceFace]].self, from: answer)
    #expect(reference.count == Self.portraits.count)
    for (name, theirs) in reference {
      let frame = try Frame(decoding: TestMaterial.portrait(name))
      let ours = try recognizer.faces(in: frame, longSide: 320)
      #expect(ours.count == 1 && theirs.count == 1, "\(name)")
      guard let face = ours.first, let other = theirs.first else { continue }
      let box = [face.box.x, face.box.y, face.box.width, face.box.height]
      let points = [
        face.landmarks.rightEye, face.landmarks.leftEye, face.landmarks.nose, face.landmarks.rightMouth,
        face.landmarks.leftMouth,
      ].flatMap { [$0.x, $0.y] }
      for (mine, their) in zip(box + points, other.box + other.points) {
        #expect(abs(mine - their) < 2e-3, "\(name): \(mine) is not \(their)")
      }
      #expect(abs(face.score - other.score) < 1e-4, "\(name)")
      let cosine = try recognizer.embedding(of: face, in: frame).cosine(to: Embedding(scaling: other.feature))
      #expect(cosine >= 0.99999, "\(name): cosine \(cosine)")
    }
  }

  @Test func `The same person is near, different persons are far`() throws {
    let faces = try Self.portraits.map { try recognizer.template(fromPhoto: TestMaterial.portrait($0)) }
    for (a, first) in faces.enumerated() {
      for (b, second) in faces.enumerated() where b > a {
        let samePerson = b <= 2
        let cosine = first.cosine(to: second)
        #expect(
          samePerson ? cosine > 0.6 : cosine < 0.35, "\(Self.portraits[a]) \(Self.portraits[b]): \(cosine)")
      }
    }
  }

  @Test func `A face is found where it is, whatever the shape of the picture`() throws {
    let portrait = try Frame(decoding: TestMaterial.portrait("astronaut.png"))
    for (width, height) in [(512, 512), (500, 511), (333, 480), (480, 333)] {
      let frame = try portrait.resized(width: width, height: height)
      let face = try #require(try recognizer.faces(in: frame).first)
      let (centreX, centreY) = (face.box.x + face.box.width / 2, face.box.y + face.box.height / 2)
      #expect(abs(centreX / Float(width) - 223 / 512) < 0.02)
      #expect(abs(centreY / Float(height) - 119 / 512) < 0.02)
    }
  }

  @Test func `A photograph of two people enrols nobody`() throws {
    let left = try Frame(decoding: TestMaterial.portrait("astronaut.png"))
    let wall = try Frame(width: 1_024, height: 512, bgr: [UInt8](repeating: 128, count: 1_024 * 512 * 3))
    let one = try wall.composed(
      with: left, at: Placement(centreX: 256, centreY: 256, scale: 1), noise: 0, seed: 1)
    let both = try one.composed(
      with: left, at: Placement(centreX: 768, centreY: 256, scale: 1), noise: 0, seed: 1)
    #expect(throws: EnrolmentError.severalFaces(2)) {
      try recognizer.template(fromPhoto: both.jpeg(quality: 95))
    }
  }

  @Test func `A picture without a face, or of none, is refused with what to do`() throws {
    let wall = try Frame(width: 320, height: 240, bgr: [UInt8](repeating: 128, count: 320 * 240 * 3))
    #expect(throws: EnrolmentError.noFace) { try recognizer.template(fromPhoto: wall.jpeg(quality: 90)) }
    let portrait = try TestMaterial.portrait("obama.jpg")
    let cutOff = [
      Array(portrait.prefix(200)), Array(portrait.prefix(portrait.count / 2)), portrait.dropLast(2),
    ]
    for bytes in [[], [0xFF], Array("not a picture".utf8)] + cutOff {
      #expect(throws: EnrolmentError.picture(.unreadable)) { try recognizer.template(fromPhoto: bytes) }
    }
  }

  @Test func `A picture that claims to be huge is refused before it is decoded`() throws {
    var png = try TestMaterial.portrait("astronaut.png")
    // Width and height are the eight bytes after the signature, the length and the name of the first chunk.
    png.replaceSubrange(16..<24, with: [0, 0, 0xFF, 0xFF, 0, 0, 0xFF, 0xFF])
    #expect(throws: EnrolmentError.picture(.tooLarge(mostPixels: Frame.mostPixels))) {
      try recognizer.template(fromPhoto: png)
    }
  }

  @Test func `A dark photograph is refused with the reason`() throws {
    let portrait = try Frame(decoding: TestMaterial.portrait("astronaut.png"))
    let dark = try portrait.composed(
      with: nil, at: Placement(centreX: 0, centreY: 0, scale: 1, gain: 0.15), noise: 0, seed: 1)
    let error = #expect(throws: EnrolmentError.self) {
      try recognizer.template(fromPhoto: dark.jpeg(quality: 95))
    }
    guard case .poor(let flaws) = error else {
      Issue.record("refused for \(String(describing: error))")
      return
    }
    #expect(flaws.contains(.tooDark))
  }

  @Test(arguments: [(1, 1), (1, 480), (4_000, 3), (8_000, 4_500)])
  func `Frames of any size are looked at without harm`(width: Int, height: Int) throws {
    let frame = try Frame(
      width: width, height: height, bgr: [UInt8](repeating: 90, count: width * height * 3))
    #expect(try recognizer.faces(in: frame).isEmpty)
  }

  @Test func `A face whose points lie on one spot is an error, not a crash`() throws {
    let frame = try Frame(width: 64, height: 64, bgr: [UInt8](repeating: 90, count: 64 * 64 * 3))
    for value in [Float(10), .nan, .infinity] {
      let spot = FaceLandmarks.Point(x: value, y: value)
      let face = DetectedFace(
        box: FaceBox(x: 0, y: 0, width: 10, height: 10),
        landmarks: FaceLandmarks(
          rightEye: spot, leftEye: spot, nose: spot, rightMouth: spot, leftMouth: spot),
        score: 1)
      #expect(throws: RecognitionError.self) { try recognizer.embedding(of: face, in: frame) }
    }
  }
}

struct ModelTests {
  @Test func `Missing and wrong models are refused with what to do`() throws {
    let folder = try TemporaryFolder()
    #expect(throws: ModelError.missing(folder.path("face_detection_yunet_2023mar.onnx"))) {
      try RecognitionModels(folder: folder.url)
    }
    try Data("something else".utf8).write(to: folder.url.appending(path: "face_detection_yunet_2023mar.onnx"))
    let error = #expect(throws: ModelError.self) { try RecognitionModels(folder: folder.url) }
    #expect(error?.description.contains("make models") == true)
    guard case .wrongHash = error else {
      Issue.record("refused for \(String(describing: error))")
      return
    }
  }

  @Test func `Every template names model, engine and aligner`() {
    let origin = RecognitionModels.origin
    #expect(origin.modelSHA256 == "0ba9fbfa01b5270c96627c4ef784da859931e02f04419c829e83484087c34e79")
    #expect(origin.engine.hasPrefix("opencv-"))
    #expect(origin.aligner == 2)
  }
}
