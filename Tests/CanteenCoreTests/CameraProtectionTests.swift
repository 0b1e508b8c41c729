import CanteenCore
import Testing

struct CameraProtectionTests {
  private func opened(guidePage: Bool = true) -> CameraProtection {
    var protection = CameraProtection(guidePageIsOn: guidePage)
    _ = protection.receive(.wake, at: .start)
    return protection
  }

  private func at(_ seconds: Double) -> MonotonicInstant {
    MonotonicInstant(sinceStart: .milliseconds(Int64(seconds * 1_000)))
  }

  @Test func `30 seconds without a face close the camera when the guide page is on`() {
    var protection = opened()
    #expect(protection.receive(.tick, at: at(29.999)) == [])
    #expect(protection.receive(.tick, at: at(30)) == [.closeCamera])
    #expect(protection.phase == .closed)
    #expect(protection.deadline == nil)
  }

  @Test func `10 minutes without a face close the camera when the guide page is off`() {
    var protection = opened(guidePage: false)
    #expect(protection.receive(.tick, at: at(599.999)) == [])
    #expect(protection.receive(.tick, at: at(600)) == [.closeCamera])
  }

  @Test func `Any face starts the time of pre-recognition anew`() {
    var protection = opened()
    _ = protection.receive(.faceSeen, at: at(20))
    #expect(protection.receive(.tick, at: at(49.999)) == [])
    #expect(protection.receive(.tick, at: at(50)) == [.closeCamera])
  }

  @Test func `60 seconds without a match close the camera and end the session, faces or not`() {
    var protection = opened()
    _ = protection.receive(.amountLocked, at: at(5))
    for second in 6..<65 { #expect(protection.receive(.faceSeen, at: at(Double(second))) == []) }
    #expect(protection.receive(.tick, at: at(64.999)) == [])
    #expect(protection.receive(.tick, at: at(65)) == [.closeCamera, .timeOutSession])
  }

  @Test func `A match ends the minute of post-recognition`() {
    var protection = opened()
    _ = protection.receive(.amountLocked, at: at(1))
    _ = protection.receive(.matched, at: at(50))
    #expect(protection.phase == .preRecognition)
    #expect(protection.receive(.tick, at: at(61)) == [])
    #expect(protection.receive(.tick, at: at(80)) == [.closeCamera])
  }

  @Test(arguments: [CameraProtection.Event.wake, .amountLocked])
  func `The button and a new amount open a closed camera`(event: CameraProtection.Event) {
    var protection = opened()
    _ = protection.receive(.tick, at: at(30))
    #expect(protection.receive(event, at: at(31)) == [.openCamera])
  }

  @Test(arguments: [CameraProtection.Event.faceSeen, .matched, .amountReleased, .close, .tick])
  func `Nothing else opens a closed camera`(event: CameraProtection.Event) {
    var protection = CameraProtection()
    #expect(protection.receive(event, at: at(100)) == [])
    #expect(protection.phase == .closed)
  }

  @Test func `Letting the amount go brings back the time of pre-recognition`() {
    var protection = opened()
    _ = protection.receive(.amountLocked, at: at(1))
    _ = protection.receive(.amountReleased, at: at(10))
    #expect(protection.receive(.tick, at: at(39.9)) == [])
    #expect(protection.receive(.tick, at: at(40)) == [.closeCamera])
  }

  @Test func `Turning the guide page off lengthens the wait at once`() {
    var protection = opened()
    _ = protection.receive(.guidePage(on: false), at: at(10))
    #expect(protection.receive(.tick, at: at(300)) == [])
    #expect(protection.receive(.tick, at: at(610)) == [.closeCamera])
  }
}
