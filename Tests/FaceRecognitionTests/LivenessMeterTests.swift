import CanteenCore
import FaceRecognition
import Foundation
import Imaging
import Testing

struct LivenessMeterTests {
  private func face(x: Float, y: Float, eyes: Float) -> DetectedFace {
    func point(_ dx: Float, _ dy: Float) -> FaceLandmarks.Point { .init(x: x + dx * eyes, y: y + dy * eyes) }
    return DetectedFace(
      box: FaceBox(x: x - eyes, y: y - eyes, width: 2 * eyes, height: 2.6 * eyes),
      landmarks: FaceLandmarks(
        rightEye: point(-0.5, 0), leftEye: point(0.5, 0), nose: point(0, 0.6), rightMouth: point(-0.4, 1.1),
        leftMouth: point(0.4, 1.1)), score: 1)
  }

  private func grey(_ width: Int, _ height: Int, milliseconds: Int = 0) throws -> Frame {
    try Frame(width: width, height: height, bgr: [UInt8](repeating: 90, count: width * height * 3))
      .stamped(sequence: 1, capturedAt: .start.advanced(by: .milliseconds(milliseconds)))
  }

  @Test(arguments: [
    (1, 1), (1, 480), (640, 1), (64, 48), (640, 480),
  ])
  func `Frames of any size and faces outside of them do no harm`(width: Int, height: Int) throws {
    let faces = [
      face(x: 10, y: 10, eyes: 60), face(x: -500, y: 90, eyes: 40), face(x: 9e4, y: 9e4, eyes: 5),
      face(x: 320, y: 200, eyes: 600), face(x: 320, y: 200, eyes: 0), face(x: .nan, y: 1, eyes: 40),
      face(x: .infinity, y: 1, eyes: 40), face(x: 320, y: 200, eyes: 1e-20), face(x: 320, y: 200, eyes: 1e30),
    ]
    for first in faces {
      for second in faces {
        var meter = LivenessMeter(interval: .zero)
        var judge = LivenessJudge()
        for (number, face) in [first, second, first, second].enumerated() {
          let frame = try grey(width, height, milliseconds: number * 100)
          let infrared = InfraredFrame(frame: frame, faces: [second])
          if let sample = meter.sample(of: face, in: frame, infrared: infrared) {
            judge.add(sample, at: .start)
          }
        }
        #expect(judge.evidence.cues.values.allSatisfy { $0.isFinite })
        if case .artefact(let reason) = judge.verdict {
          #expect(reason == .noInfraredFace || reason == .faintInfraredFace)
        }
      }
    }
  }

  @Test func `A frame of another size starts the comparison anew`() throws {
    var meter = LivenessMeter(interval: .zero)
    let face = face(x: 100, y: 80, eyes: 50)
    _ = meter.sample(of: face, in: try grey(640, 480))
    let sample = meter.sample(of: face, in: try grey(320, 240))
    #expect(sample?.motion == nil)
  }

  @Test func `Frames between the intervals cost nothing`() throws {
    var meter = LivenessMeter(interval: .milliseconds(80))
    let face = face(x: 320, y: 200, eyes: 60)
    var sampled: [Int] = []
    for number in 0..<10 {
      let frame = try grey(640, 480, milliseconds: number * 40)
      if meter.sample(of: face, in: frame) != nil { sampled.append(number) }
    }
    #expect(sampled == [0, 2, 4, 6, 8])
  }

  @Test func `A dark infrared camera says nothing, a working one without the face does`() throws {
    let face = face(x: 320, y: 200, eyes: 60)
    var meter = LivenessMeter(interval: .zero)
    let dark = try Frame(width: 640, height: 480, bgr: [UInt8](repeating: 3, count: 640 * 480 * 3))
    let blind = meter.sample(
      of: face, in: try grey(640, 480), infrared: InfraredFrame(frame: dark, faces: []))
    #expect(blind?.infrared == .unseen)
    let seeing = meter.sample(
      of: face, in: try grey(640, 480), infrared: InfraredFrame(frame: try grey(640, 480), faces: []))
    #expect(seeing?.infrared == .noFace)
  }

  @Test func `The infrared face is looked for where the alignment says`() throws {
    let face = face(x: 320, y: 200, eyes: 60)
    let there = self.face(x: 320 * 0.5 + 120, y: 200 * 0.5 + 60, eyes: 30)
    let frame = try grey(640, 480)
    let infrared = InfraredFrame(frame: try grey(400, 300), faces: [there])
    var meter = LivenessMeter(
      interval: .zero, infraredAlignment: InfraredAlignment(scale: 0.5, offsetX: 120, offsetY: 60))
    guard case .face? = meter.sample(of: face, in: frame, infrared: infrared)?.infrared else {
      Issue.record("the face was not found")
      return
    }
    meter.infraredAlignment = InfraredAlignment(scale: 0.5)
    #expect(meter.sample(of: face, in: frame, infrared: infrared)?.infrared == .noFace)
  }
}
