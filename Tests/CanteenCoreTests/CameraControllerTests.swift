import CanteenCore
import Testing

struct CameraControllerTests {
  private typealias Wish = CameraController.Wish

  private func at(_ seconds: Double) -> MonotonicInstant {
    MonotonicInstant(sinceStart: .milliseconds(Int64(seconds * 1_000)))
  }

  private func opened(_ settings: CameraController.Settings = .init()) -> CameraController {
    var camera = CameraController(settings)
    _ = camera.receive(.open(preview: true), at: .start)
    return camera
  }

  @Test func `The four calls of the field: open with preview and without, hide and show, close`() {
    var camera = CameraController()
    #expect(camera.wish == Wish(device: .closed, showsPreview: false))
    _ = camera.receive(.open(preview: true), at: at(0))
    #expect(camera.wish == Wish(device: .open, showsPreview: true))
    _ = camera.receive(.showPreview(false), at: at(1))
    #expect(camera.wish == Wish(device: .open, showsPreview: false))
    _ = camera.receive(.showPreview(true), at: at(2))
    #expect(camera.wish == Wish(device: .open, showsPreview: true))
    #expect(camera.receive(.close, at: at(3)) == [.cameraClosed])
    #expect(camera.wish == Wish(device: .closed, showsPreview: false))
    _ = camera.receive(.open(preview: false), at: at(4))
    #expect(camera.wish == Wish(device: .open, showsPreview: false))
  }

  @Test func `A preview that was hidden stays hidden when the student wakes the camera`() {
    var camera = opened()
    _ = camera.receive(.showPreview(false), at: at(1))
    _ = camera.receive(.protection(.tick), at: at(30))
    _ = camera.receive(.protection(.wake), at: at(40))
    #expect(camera.wish == Wish(device: .open, showsPreview: false))
  }

  @Test func `Opening an open camera starts its time anew`() {
    var camera = opened()
    #expect(camera.receive(.open(preview: false), at: at(20)) == [])
    #expect(camera.deadline == at(50))
  }

  @Test func `Without warmth protection closes the device at once`() {
    var camera = opened()
    #expect(camera.receive(.protection(.tick), at: at(30)) == [.cameraClosed])
    #expect(camera.wish.device == .closed)
    #expect(camera.deadline == nil)
  }

  @Test
  func `A warm device stays open for the stated time after protection closed the camera, and shows nothing`()
  {
    var camera = opened(.init(staysWarmFor: .seconds(120)))
    #expect(camera.receive(.protection(.tick), at: at(30)) == [.cameraClosed])
    #expect(camera.phase == .closed)
    #expect(camera.wish == Wish(device: .warm, showsPreview: false))
    #expect(camera.deadline == at(150))
    _ = camera.receive(.protection(.tick), at: at(149.9))
    #expect(camera.wish.device == .warm)
    _ = camera.receive(.protection(.tick), at: at(150))
    #expect(camera.wish.device == .closed)
  }

  @Test func `A face before a warm device opens nothing, a wake does`() {
    var camera = opened(.init(staysWarmFor: .seconds(120)))
    _ = camera.receive(.protection(.tick), at: at(30))
    _ = camera.receive(.protection(.faceSeen), at: at(31))
    #expect(camera.wish.device == .warm)
    _ = camera.receive(.protection(.wake), at: at(32))
    #expect(camera.wish.device == .open)
    #expect(camera.deadline == at(62))
  }

  @Test func `Whoever closes the camera by hand closes a warm device, too`() {
    var camera = opened(.init(staysWarmFor: .seconds(120)))
    _ = camera.receive(.protection(.tick), at: at(30))
    #expect(camera.receive(.close, at: at(31)) == [])
    #expect(camera.wish.device == .closed)
    _ = camera.receive(.open(preview: true), at: at(32))
    #expect(camera.receive(.close, at: at(33)) == [.cameraClosed])
    #expect(camera.wish.device == .closed)
  }

  @Test func `A minute without a match leaves the device warm, too`() {
    var camera = opened(.init(staysWarmFor: .seconds(10)))
    _ = camera.receive(.protection(.amountLocked), at: at(1))
    #expect(camera.receive(.protection(.tick), at: at(61)) == [.cameraClosed, .timeOutSession])
    #expect(camera.wish.device == .warm)
  }

  @Test(arguments: [true, false])
  func `The first key of an amount opens the camera where the settings say so`(opens: Bool) {
    var camera = CameraController(.init(opensOnFirstKey: opens))
    _ = camera.receive(.keyingBegun, at: at(5))
    #expect(camera.wish.device == (opens ? .open : .closed))
  }

  @Test func `A camera that fails is not taken for one before which nobody stands`() {
    var camera = opened()
    _ = camera.receive(.failing(true), at: at(10))
    #expect(camera.deadline == nil)
    #expect(camera.receive(.protection(.tick), at: at(300)) == [])
    #expect(camera.wish.device == .open)
    _ = camera.receive(.failing(false), at: at(310))
    #expect(camera.deadline == at(340))
  }

  @Test func `A locked amount has its minute even while the camera fails`() {
    var camera = opened()
    _ = camera.receive(.protection(.amountLocked), at: at(1))
    _ = camera.receive(.failing(true), at: at(2))
    #expect(camera.receive(.protection(.tick), at: at(61)) == [.cameraClosed, .timeOutSession])
    _ = camera.receive(.protection(.wake), at: at(70))
    #expect(camera.deadline == at(100))
  }
}
