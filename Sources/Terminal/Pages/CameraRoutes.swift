import CanteenCore
import Concurrency
import HTTPService
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle
import TillAPI

/// The camera's calls and its preview. Each call answers with the camera's state at that moment; the device
/// itself follows within a second or two.
struct CameraRoutes: Sendable {
  let checkout: CheckoutService
  let camera: Broadcast<CameraState>
  let previews: Broadcast<[UInt8]?>

  func add(to router: TillRouter) {
    router.serve(TillOperations.camera) { _ in await status() }
    router.serve(raw: TillOperations.preview) { _ in try preview() }

    router.serve(TillOperations.openCamera) { opening, _ in
      await checkout.openCamera(preview: opening.preview)
      return await status()
    }
    router.serve(TillOperations.showPreview) { wish, _ in
      await checkout.showPreview(wish.shown)
      return await status()
    }
    router.serve(TillOperations.closeCamera) { _ in
      await checkout.closeCamera()
      return await status()
    }
    router.serve(TillOperations.wakeCamera) { _ in
      await checkout.wakeCamera()
      return await status()
    }
    router.serve(TillOperations.keyingBegan) { _ in await checkout.keyingBegan() }
  }

  private func status() async -> CameraStatus {
    let (wish, device) = (checkout.wish.latest.camera, camera.latest)
    return CameraStatus(
      phase: CameraPhase(checkout.snapshots.latest.cameraPhase), wanted: wish.device, device: device.device,
      showsPreview: wish.showsPreview,
      closesInSeconds: await checkout.cameraClosesIn.map { Double($0.wholeMilliseconds) / 1_000 },
      error: device.error)
  }

  /// The preview for the student screen, on loopback only. Frames are encoded only while somebody watches.
  /// The stream ends when the preview is hidden or the camera closes.
  private func preview() throws -> Response {
    guard checkout.wish.latest.camera.showsPreview else {
      throw HTTPRefusal(
        .conflict, code: .noPreview, "The camera is closed or its preview is hidden; open it with preview.")
    }
    let boundary = "canteen-frame"
    let (pictures, wish) = (previews, checkout.wish)
    return Response(
      status: .ok,
      headers: [.contentType: "multipart/x-mixed-replace; boundary=\(boundary)", .cacheControl: "no-store"],
      body: ResponseBody { writer in
        for await picture in pictures.values().cancelOnGracefulShutdown() {
          guard wish.latest.camera.showsPreview else { break }
          guard let picture else { continue }
          var part = ByteBuffer(
            string: "--\(boundary)\r\nContent-Type: image/jpeg\r\nContent-Length: \(picture.count)\r\n\r\n")
          part.writeBytes(picture)
          part.writeString("\r\n")
          try await writer.write(part)
        }
        try await writer.finish(nil)
      })
  }
}

extension CameraPhase {
  init(_ phase: CameraProtection.Phase) {
    self =
      switch phase {
      case .closed: .closed
      case .preRecognition: .preRecognition
      case .postRecognition: .postRecognition
      }
  }
}
