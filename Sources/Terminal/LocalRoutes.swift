import CanteenCore
import Daemon
import Foundation
import GatewayProtocol
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle

/// The till's own interface for its two pages: keys in, server-sent events out.
struct LocalRoutes: Sendable {
  let checkout: CheckoutService
  let pages: PageBoard
  let vision: VisionService

  func add(to router: Router<BasicRequestContext>) {
    router.get("api/till/events") { _, _ in Self.events(pages.till.values()) }
    router.get("api/student/events") { _, _ in Self.events(pages.student.values()) }
    router.get("api/preview.mjpeg") { _, _ in preview() }

    router.post("api/amount") { request, _ in
      let amount = try Self.amount(await request.json(KeyedAmount.self).yuan)
      return try await obeying { () async throws(CheckoutRefusal) in try await checkout.keyAmount(amount) }
    }
    router.post("api/taken-by-staff") { request, _ in
      let keyed = try await request.json(KeyedAmount.self).yuan
      let amount = try keyed.isEmpty ? nil : Self.amount(keyed)
      return try await obeying { () async throws(CheckoutRefusal) in try await checkout.takeByStaff(amount) }
    }
    router.post("api/cancel") { _, _ in
      await checkout.cancel()
      return Response(status: .noContent)
    }
    router.post("api/allow-repeat") { _, _ in
      await checkout.allowRepeat()
      return Response(status: .noContent)
    }
    router.post("api/camera/wake") { _, _ in
      await checkout.wakeCamera()
      return Response(status: .noContent)
    }
    router.post("api/camera/close") { _, _ in
      await checkout.closeCamera()
      return Response(status: .noContent)
    }
  }

  private struct KeyedAmount: Decodable {
    /// As keyed; empty for the amount that is locked already.
    let yuan: String
  }

  private func obeying(_ key: () async throws(CheckoutRefusal) -> Void) async throws -> Response {
    do {
      try await key()
      return Response(status: .noContent)
    } catch .busy {
      throw HTTPRefusal(.conflict, code: "busy", CheckoutRefusal.busy.description)
    } catch {
      throw HTTPRefusal(.unprocessableContent, code: "refused", error.description)
    }
  }

  private static func amount(_ keyed: String) throws -> Fen {
    do {
      return try Fen(yuan: keyed)
    } catch {
      throw HTTPRefusal(.unprocessableContent, code: "bad_amount", error.description)
    }
  }

  private static func events<View: Encodable & Sendable>(_ views: AsyncStream<View?>) -> Response {
    Response(
      status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
      body: ResponseBody { writer in
        for await view in views.cancelOnGracefulShutdown() {
          guard let view else { continue }
          try await writer.write(ByteBuffer(string: "data: \(CanonicalJSON.text(view))\n\n"))
        }
        try await writer.finish(nil)
      })
  }

  /// Moving pictures for the student screen, on loopback only; frames are encoded while somebody watches.
  private func preview() -> Response {
    let boundary = "canteen-frame"
    return Response(
      status: .ok,
      headers: [.contentType: "multipart/x-mixed-replace; boundary=\(boundary)", .cacheControl: "no-store"],
      body: ResponseBody { writer in
        for await picture in vision.previews.values().cancelOnGracefulShutdown() {
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
