import CanteenCore
import FaceRecognition
import Testing

struct PayerBindingTests {
  private func at(_ milliseconds: Int) -> MonotonicInstant {
    MonotonicInstant(sinceStart: .milliseconds(milliseconds))
  }

  private func track(_ id: Int, x: Float, size: Float = 100, since: Int = 0) -> FaceTrack {
    let point = FaceLandmarks.Point(x: x, y: 100)
    return FaceTrack(
      id: id, firstSeenAt: at(since), lastSeenAt: at(since),
      face: DetectedFace(
        box: FaceBox(x: x, y: 100, width: size, height: size),
        landmarks: FaceLandmarks(
          rightEye: point, leftEye: point, nose: point, rightMouth: point, leftMouth: point),
        score: 0.9))
  }

  @Test func `Whoever was nearest when the amount was locked may pay`() {
    var binding = PayerBinding()
    binding.lock(present: [track(1, x: 0), track(2, x: 300, size: 60)], at: at(0))
    #expect(binding.payer(among: [track(1, x: 0), track(2, x: 300, size: 60)], at: at(40))?.id == 1)
  }

  @Test func `The person who waited behind never pays, even when the first steps aside`() {
    var binding = PayerBinding()
    binding.lock(present: [track(1, x: 0), track(2, x: 300, size: 60)], at: at(0))
    #expect(binding.payer(among: [track(2, x: 250, size: 90), track(1, x: 0, size: 80)], at: at(40)) == nil)
    binding.left(1)
    for time in stride(from: 80, through: 4_000, by: 40) {
      #expect(binding.payer(among: [track(2, x: 100, size: 120)], at: at(time)) == nil)
    }
  }

  @Test func `A bystander whom the detector lost for a moment is no newcomer`() {
    var binding = PayerBinding()
    binding.lock(present: [track(1, x: 0), track(2, x: 300)], at: at(0))
    _ = binding.payer(among: [track(1, x: 0), track(2, x: 300)], at: at(400))
    binding.left(1)
    binding.left(2)
    #expect(binding.payer(among: [track(3, x: 320, since: 900)], at: at(900)) == nil)
    #expect(binding.payer(among: [track(3, x: 100, since: 900)], at: at(1_500)) == nil)
  }

  @Test func `Who comes after the first has left may pay`() {
    var binding = PayerBinding()
    binding.lock(present: [track(1, x: 0)], at: at(0))
    #expect(binding.payer(among: [track(2, x: 300, since: 40)], at: at(40)) == nil)
    binding.left(1)
    #expect(binding.payer(among: [track(2, x: 300, since: 40)], at: at(80))?.id == 2)
  }

  @Test func `With nobody there the first who comes near may pay`() {
    var binding = PayerBinding()
    binding.lock(present: [], at: at(0))
    #expect(binding.payer(among: [], at: at(40)) == nil)
    #expect(binding.payer(among: [track(5, x: 0, since: 80)], at: at(80))?.id == 5)
    #expect(binding.payer(among: [track(6, x: 300, size: 150), track(5, x: 0)], at: at(120)) == nil)
  }

  @Test func `The next amount is for whoever is nearest then`() {
    var binding = PayerBinding()
    binding.lock(present: [track(1, x: 0), track(2, x: 300, size: 60)], at: at(0))
    binding.left(1)
    binding.lock(present: [track(2, x: 100)], at: at(1_000))
    #expect(binding.payer(among: [track(2, x: 100)], at: at(1_040))?.id == 2)
  }
}
