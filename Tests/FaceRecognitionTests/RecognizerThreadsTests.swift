import CanteenCore
import CanteenTestSupport
import FaceRecognition
import Foundation
import Imaging
import Synchronization
import Testing

/// Serialised: several pairs of networks at once take all cores.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct RecognizerThreadsTests {
  @Test func `Recognisers are made while others work, on many threads`() throws {
    let models = try RecognitionModels(folder: TestMaterial.models.url())
    let portrait = try Frame(decoding: TestMaterial.portrait("astronaut.png"))
    let large = try portrait.resized(width: 3_840, height: 2_160)
    let found = Mutex<[Int]>([])
    let failures = Mutex<[String]>([])
    DispatchQueue.concurrentPerform(iterations: 12) { number in
      do {
        // Half of them only filter large pictures, which is where OpenCV's threads meet.
        guard number.isMultiple(of: 2) else {
          for _ in 0..<60 { _ = try large.resized(width: 1_280, height: 720) }
          return
        }
        let recognizer = try FaceRecognizer(models: models)
        for _ in 0..<40 {
          let faces = try recognizer.faces(in: portrait)
          found.withLock { $0.append(faces.count) }
        }
      } catch {
        failures.withLock { $0.append("\(error)") }
      }
    }
    #expect(failures.withLock { $0 }.isEmpty)
    #expect(found.withLock { $0 } == Array(repeating: 1, count: 240))
  }

  @Test func `The number of threads is settled once`() throws {
    _ = try Frame(width: 2, height: 2, bgr: [UInt8](repeating: 9, count: 12)).resized(width: 4, height: 4)
    try PictureThreads.use(PictureThreads.usual)
    #expect(throws: ImagingError.failed("pictures are already worked on with 2 threads, not 3")) {
      try PictureThreads.use(3)
    }
  }
}
