import CanteenCore
import Testing

struct CameraRecoveryTests {
  private func at(_ seconds: Double) -> MonotonicInstant {
    MonotonicInstant(sinceStart: .milliseconds(Int64(seconds * 1_000)))
  }

  /// Open and delivering since the given second.
  private func delivering(since second: Double = 0) -> CameraRecovery {
    var recovery = CameraRecovery()
    #expect(recovery.receive(.wanted, at: at(second)) == [.openDevice])
    _ = recovery.receive(.opened, at: at(second))
    #expect(recovery.receive(.picture, at: at(second)) == [])
    return recovery
  }

  @Test func `A camera that fails is closed, told lost once, and opened again after half a second`() {
    var recovery = delivering()
    #expect(recovery.receive(.failed, at: at(5)) == [.closeDevice, .tellLost])
    #expect(recovery.deadline == at(5.5))
    #expect(recovery.receive(.tick, at: at(5.499)) == [])
    #expect(recovery.receive(.tick, at: at(5.5)) == [.openDevice])
    #expect(recovery.receive(.failed, at: at(5.6)) == [.closeDevice])
  }

  @Test func `Its waits double up to ten seconds`() {
    var recovery = delivering()
    var now = 20.0
    for wait in [0.5, 1, 2, 4, 8, 10, 10] {
      _ = recovery.receive(.failed, at: at(now))
      #expect(recovery.deadline == at(now + wait))
      now += wait
      #expect(recovery.receive(.tick, at: at(now)) == [.openDevice])
    }
  }

  @Test func `The first picture after a loss says for how long it was gone`() {
    var recovery = delivering()
    _ = recovery.receive(.failed, at: at(7))
    _ = recovery.receive(.tick, at: at(7.5))
    #expect(recovery.receive(.opened, at: at(8)) == [])
    #expect(recovery.receive(.picture, at: at(8.2)) == [.tellBack(after: .milliseconds(1_200))])
    #expect(recovery.receive(.picture, at: at(8.3)) == [])
  }

  @Test func `A camera that dies after its first picture is not opened twice a second`() {
    var recovery = delivering()
    var now = 1.0
    for wait in [0.5, 1, 2, 4] {
      _ = recovery.receive(.failed, at: at(now))
      #expect(recovery.deadline == at(now + wait))
      now += wait
      _ = recovery.receive(.tick, at: at(now))
      _ = recovery.receive(.opened, at: at(now))
      _ = recovery.receive(.picture, at: at(now))
    }
  }

  @Test func `Ten seconds of pictures make the waits begin anew`() {
    var recovery = delivering()
    _ = recovery.receive(.failed, at: at(1))
    _ = recovery.receive(.tick, at: at(2))
    _ = recovery.receive(.opened, at: at(2))
    _ = recovery.receive(.picture, at: at(2))
    _ = recovery.receive(.picture, at: at(12))
    _ = recovery.receive(.failed, at: at(13))
    #expect(recovery.deadline == at(13.5))
  }

  @Test func `Nobody opens a camera that is not wanted`() {
    var recovery = delivering()
    _ = recovery.receive(.failed, at: at(1))
    #expect(recovery.receive(.unwanted, at: at(1.1)) == [])
    #expect(recovery.deadline == nil)
    for event in [CameraRecovery.Event.tick, .failed, .opened, .picture, .unwanted] {
      #expect(recovery.receive(event, at: at(2)) == [])
    }
    #expect(recovery.phase == .closed)
  }

  @Test func `Whoever wakes a lost camera does not wait for its turn, and is told when it is back`() {
    var recovery = delivering()
    for second in [1.0, 11, 21, 31] {
      _ = recovery.receive(.failed, at: at(second))
      _ = recovery.receive(.tick, at: at(second + 10))
    }
    _ = recovery.receive(.failed, at: at(42))
    _ = recovery.receive(.unwanted, at: at(43))
    #expect(recovery.receive(.wanted, at: at(44)) == [.openDevice])
    _ = recovery.receive(.opened, at: at(44))
    #expect(recovery.receive(.picture, at: at(44.5)) == [.tellBack(after: .milliseconds(43_500))])
  }

  @Test(arguments: [CameraRecovery.Event.opened, .picture])
  func `A camera that is open is closed when nobody wants it`(last: CameraRecovery.Event) {
    var recovery = CameraRecovery()
    for event in [CameraRecovery.Event.wanted, .opened, last] { _ = recovery.receive(event, at: .start) }
    #expect(recovery.receive(.unwanted, at: at(1)) == [.closeDevice])
    #expect(recovery.receive(.unwanted, at: at(1)) == [])
  }
}
