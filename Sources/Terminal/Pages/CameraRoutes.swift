import CanteenCore
import Concurrency
import GatewayProtocol
import HTTPService
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle

/// The camera's calls and its moving picture. Each call is answered with where the camera stands then; the device
/// itself follows within a second or two.
struct CameraRoutes: Sendable {
  let checkout: CheckoutService
  let camera: Broadcast<CameraState>
  let previews: Broadcast<[UInt8]?>

  func add(to router: Router<BasicRequestContext>) {
    router.get("api/camera") { _, _ in try Response.json(await status()) }
    router.get("api/preview.mjpeg") { _, _ in try preview() }

    router.post("api/camera/open") { request, _ in
      await checkout.openCamera(preview: try await request.json(Opening.self, atMost: 256).preview)
      return try Response.json(await status())
    }
    router.post("api/camera/preview") { request, _ in
      await checkout.showPreview(try await request.json(Showing.self, atMost: 256).shown)
      return try Response.json(await status())
    }
    router.post("api/camera/close") { _, _ in
      await checkout.closeCamera()
      return try Response.json(await status())
    }
    router.post("api/camera/wake") { _, _ in
      await checkout.wakeCamera()
      return try Response.json(await status())
    }
    router.post("api/keying") { _, _ in
      await checkout.keyingBegan()
      return Response(status: .noContent)
    }
  }

  private struct Opening: Decodable {
    let preview: Bool
  }

  private struct Showing: Decodable {
    let shown: Bool
  }

  private func status() async -> CameraStatus {
    let (wish, device) = (checkout.wish.latest.camera, camera.latest)
    return CameraStatus(
      phase: checkout.snapshots.latest.cameraPhase.label, wanted: wish.device, device: device.device,
      showsPreview: wish.showsPreview,
      closesInSeconds: await checkout.cameraClosesIn.map { Double($0.wholeMilliseconds) / 1_000 },
      error: device.error)
  }

  /// Moving pictures for the student screen, on loopback only; frames are encoded while somebody watches. The
  /// stream ends when the preview is hidden or the camera closes.
  private func preview() throws -> Response {
    guard checkout.wish.latest.camera.showsPreview else {
      throw HTTPRefusal(
        .conflict, code: "no_preview", "The camera is closed or its preview is hidden; open it with preview.")
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

/// Where the camera stands, as JSON.
struct CameraStatus: Sendable, Encodable {
  /// `closed`, `pre_recognition` or `post_recognition`.
  let phase: String
  /// What the device should be doing.
  let wanted: CameraController.Device
  /// What it is doing.
  let device: CameraState.Device
  let showsPreview: Bool
  /// Until it closes by itself; for a warm one, until the device does.
  let closesInSeconds: Double?
  let error: String?

  private enum CodingKeys: String, CodingKey {
    case phase
    case wanted
    case device
    case showsPreview = "shows_preview"
    case closesInSeconds = "closes_in_seconds"
    case error
  }
}

extension CameraProtection.Phase {
  var label: String {
    switch self {
    case .closed: "closed"
    case .preRecognition: "pre_recognition"
    case .postRecognition: "post_recognition"
    }
  }
}
