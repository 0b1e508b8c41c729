import CanteenCore
import FaceRecognition
import Foundation
import Testing

struct LivenessJudgeTests {
  private func verdict(_ samples: [LivenessSample]) -> LivenessVerdict {
    var judge = LivenessJudge()
    for sample in samples { judge.add(sample, at: .start) }
    return judge.verdict
  }

  private func repeated(_ sample: LivenessSample, _ times: Int = 8) -> [LivenessSample] {
    [LivenessSample](repeating: sample, count: times)
  }

  private func turned(_ degrees: Float, error: Float = 0.3, travel: Float = 0) -> LivenessSample {
    LivenessSample(motion: FaceMotion(turn: degrees, turnError: error, travel: travel))
  }

  @Test func `Nothing seen, and nobody moving, is undecided`() {
    #expect(verdict([]) == .undecided)
    #expect(verdict(repeated(LivenessSample())) == .undecided)
    #expect(verdict(repeated(turned(0.2))) == .undecided)
  }

  @Test func `A head that turns as no sheet can is alive`() {
    #expect(verdict(repeated(turned(5))) == .alive)
  }

  @Test func `A turn that may be an error of measurement proves nothing`() {
    #expect(verdict(repeated(turned(5, error: 2))) == .undecided)
    #expect(verdict([turned(9)] + repeated(turned(0.2))) == .undecided)
  }

  @Test func `A face that travels without any turn is flat`() {
    #expect(verdict(repeated(turned(0.2, travel: 9))) == .artefact(.flat))
  }

  @Test func `Surroundings that go with the face are an artefact, those that stay are not`() {
    let print = FaceMotion(turn: nil, travel: 1, surroundingsThatWent: 9)
    #expect(verdict(repeated(LivenessSample(motion: print))) == .artefact(.surroundingsMove))
    let room = FaceMotion(turn: nil, travel: 1, surroundingsThatWent: 3, surroundingsThatStayed: 9)
    #expect(verdict(repeated(LivenessSample(motion: room))) == .undecided)
  }

  @Test func `One frame with a pattern is no display, a track of them is`() {
    let grid = LivenessSample(spectrum: FaceSpectrum(greyPeak: 12, colourPeak: 200))
    let skin = LivenessSample(spectrum: FaceSpectrum(greyPeak: 12, colourPeak: 14))
    #expect(verdict([grid] + repeated(skin)) == .undecided)
    #expect(verdict(repeated(grid)) == .artefact(.displayGrid))
  }

  @Test func `Infrared outweighs a head that turns on a screen`() {
    var film = turned(8)
    film.infrared = .noFace
    #expect(verdict(repeated(film)) == .artefact(.noInfraredFace))
    film.infrared = .face(contrast: 0.02)
    #expect(verdict(repeated(film)) == .artefact(.faintInfraredFace))
    film.infrared = .face(contrast: 0.3)
    #expect(verdict(repeated(film)) == .alive)
  }

  @Test func `A detector of one's own is heard`() {
    let sample = LivenessSample(detector: DetectorOpinion(liveness: 0.2, threshold: 0.5))
    #expect(verdict(repeated(sample)) == .artefact(.detector))
  }

  @Test func `Three samples refuse nobody`() {
    var film = turned(0.1, travel: 9)
    film.infrared = .noFace
    #expect(verdict(repeated(film, 3)) == .undecided)
  }

  @Test func `Numbers that are none change nothing`() {
    var judge = LivenessJudge()
    for sample in repeated(turned(.nan, error: .nan, travel: .nan)) { judge.add(sample, at: .start) }
    for sample in repeated(turned(5)) { judge.add(sample, at: .start) }
    #expect(judge.verdict == .alive)
    #expect(judge.evidence.cues.values.allSatisfy { $0.isFinite })
  }

  private func at(_ milliseconds: Int) -> MonotonicInstant {
    MonotonicInstant(sinceStart: .milliseconds(milliseconds))
  }

  @Test(arguments: [(60, 90), (90, 30)] as [(Float, Float)])
  func `Life does not pass on to another surface, though the face be the same`(
    brightness: Float, sharpness: Float
  ) {
    var judge = LivenessJudge()
    func shown(_ surface: FaceSurface, grid: Float = 5, at time: Int) -> Bool {
      var sample = turned(5)
      sample.surface = surface
      sample.spectrum = FaceSpectrum(greyPeak: grid, colourPeak: 5)
      return judge.add(sample, at: at(time))
    }
    let skin = FaceSurface(brightness: 90, sharpness: 90)
    for number in 0..<6 { #expect(shown(skin, at: number * 60)) }
    #expect(judge.verdict == .alive)
    let sheet = FaceSurface(brightness: brightness, sharpness: sharpness)
    #expect(!shown(sheet, at: 360))
    #expect(judge.verdict == .undecided)
    // It may prove to be alive after all.
    for number in 7..<14 { #expect(shown(sheet, at: number * 60)) }
    #expect(judge.verdict == .alive)
  }

  @Test func `A screen that flickers keeps what speaks against it`() {
    var judge = LivenessJudge()
    for number in 0..<6 {
      var sample = LivenessSample(spectrum: FaceSpectrum(greyPeak: 90, colourPeak: 90))
      sample.surface = FaceSurface(brightness: number.isMultiple(of: 2) ? 60 : 120, sharpness: 50)
      judge.add(sample, at: at(number * 60))
    }
    #expect(judge.verdict == .artefact(.displayGrid))
  }

  @Test func `A screen that is jerked keeps what speaks against it`() {
    var judge = LivenessJudge()
    for number in 0..<8 {
      var sample = LivenessSample(spectrum: FaceSpectrum(greyPeak: 90, colourPeak: 90))
      if number % 3 == 2 { sample.motion = FaceMotion(turn: 25, turnError: 0.5, travel: 3) }
      judge.add(sample, at: at(number * 60))
    }
    #expect(judge.verdict == .artefact(.displayGrid))
  }

  @Test func `A slow change of light takes nothing away`() {
    var judge = LivenessJudge()
    for number in 0..<6 {
      var sample = turned(5)
      sample.surface = FaceSurface(brightness: 60 * pow(1.2, Float(number)), sharpness: 50)
      judge.add(sample, at: at(number * 60))
    }
    #expect(judge.verdict == .alive)
  }

  @Test func `What was seen more than a second ago says nothing about now`() {
    var judge = LivenessJudge()
    for number in 0..<8 { judge.add(turned(5), at: at(number * 100)) }
    #expect(judge.verdict == .alive)
    for number in 0..<5 { judge.add(turned(0.2, travel: 5), at: at(1_800 + number * 100)) }
    #expect(judge.samples == 5)
    #expect(judge.verdict == .artefact(.flat))
  }

  @Test func `A camera that sends few frames is given time for a verdict`() {
    var judge = LivenessJudge()
    for number in 0..<4 { judge.add(turned(5), at: at(number * 600)) }
    #expect(judge.hasSeenEnough && judge.verdict == .alive)
    judge.forget(at: at(9_000))
    #expect(judge.samples == 0 && judge.verdict == .undecided)
  }

  @Test func `A turn that no head makes is another face, and no proof of life`() {
    var judge = LivenessJudge()
    for number in 0..<6 { judge.add(turned(5), at: at(number * 60)) }
    #expect(judge.add(turned(28), at: at(400)) == false)
    #expect(judge.verdict == .undecided)
  }
}
