import CanteenCore
import Concurrency

/// The camera's calls, what it saw, and what its rules decide.
extension CheckoutService {
  package func openCamera(preview: Bool) async { await control(.open(preview: preview)) }

  package func showPreview(_ shown: Bool) async { await control(.showPreview(shown)) }

  package func closeCamera() async { await control(.close) }

  /// The wake button or a key of the staff; the preview is as it was last.
  package func wakeCamera() async { await protect(.wake) }

  /// Staff pressed the first key of an amount.
  package func keyingBegan() async { await control(.keyingBegun) }

  /// The device gives no frames although it should, or gives them again.
  package func cameraFails(_ isFailing: Bool) async {
    guard camera.wish.device != .closed else { return }
    await control(.failing(isFailing))
    await block(isFailing ? [.cameraFailed] : [], by: .camera)
  }

  /// Time until the camera closes by itself; nil while nothing would close it.
  package var cameraClosesIn: Duration? {
    camera.deadline.map { max(.zero, clock.now.duration(to: $0)) }
  }

  func protect(_ event: CameraProtection.Event) async { await control(.protection(event)) }

  private func control(_ event: CameraController.Event) async {
    let actions = camera.receive(event, at: clock.now)
    publish()
    for action in actions {
      switch action {
      case .cameraClosed:
        cameraClosings += 1
        await receive(.cameraClosed)
      case .timeOutSession:
        await receive(.sessionTimedOut)
      }
    }
    // A closed camera counts as working until it is opened again; meanwhile the page offers the wake button.
    if camera.wish.device == .closed { await block([], by: .camera) }
    publish()
    keepDeadline()
  }
}
