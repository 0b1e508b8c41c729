import CanteenCore
import CanteenTestSupport
import Concurrency
import Foundation
import HTTPService
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing
import TillAPI

@testable import Terminal

/// The camera's calls as a page or a program on this machine makes them.
@Suite(.timeLimit(.minutes(5)))
struct CameraRoutesTests {
  private let till: SellingTill
  private let previews = Broadcast<[UInt8]?>(nil)
  private let device = Broadcast(CameraState())

  init() async throws {
    till = try await SellingTill()
  }

  private var application: some ApplicationProtocol {
    let router = Router()
    router.add(middleware: RefusalMiddleware(logger: till.logger))
    CameraRoutes(checkout: till.checkout, camera: device, previews: previews).add(to: router)
    return Application(router: router)
  }

  private func call(
    _ client: some TestClientProtocol, _ path: String, _ body: String = "{}"
  ) async throws -> CameraStatus {
    try await client.execute(uri: path, method: .post, body: ByteBuffer(string: body)) { answer in
      #expect(answer.status == .ok)
      return try JSONDecoder().decode(CameraStatus.self, from: Data(answer.body.readableBytesView))
    }
  }

  @Test func `Each call answers where the camera stands then`() async throws {
    try await application.test(.router) { client in
      let open = try await call(client, "/api/camera/open", #"{"preview":false}"#)
      #expect(
        open
          == CameraStatus(
            phase: .preRecognition, wanted: .open, device: .closed, showsPreview: false, closesInSeconds: 30,
            error: nil))
      #expect(try await call(client, "/api/camera/preview", #"{"shown":true}"#).showsPreview)
      till.timePasses(.seconds(12))
      let status = try await client.execute(uri: "/api/camera", method: .get) { answer in
        try JSONDecoder().decode(CameraStatus.self, from: Data(answer.body.readableBytesView))
      }
      #expect(status.closesInSeconds == 18)
      let closed = try await call(client, "/api/camera/close")
      #expect(
        closed
          == CameraStatus(
            phase: .closed, wanted: .closed, device: .closed, showsPreview: false, closesInSeconds: nil,
            error: nil))
      #expect(try await call(client, "/api/camera/wake").showsPreview)
    }
  }

  @Test func `A call without its word is refused and changes nothing`() async throws {
    try await application.test(.router) { client in
      try await client.execute(uri: "/api/camera/open", method: .post, body: ByteBuffer(string: "{}")) {
        answer in
        #expect(answer.status == .badRequest)
        #expect(String(buffer: answer.body).contains("preview"))
      }
      #expect(till.checkout.wish.latest.camera.device == .closed)
    }
  }

  @Test func `A hidden preview is not sent, and one that is being sent ends`() async throws {
    await till.checkout.openCamera(preview: false)
    previews.send([1, 2, 3])
    try await application.test(.router) { client in
      try await client.execute(uri: "/api/preview.mjpeg", method: .get) { answer in
        #expect(answer.status == .conflict)
      }
      await till.checkout.showPreview(true)
      async let watched = client.execute(uri: "/api/preview.mjpeg", method: .get) {
        Data($0.body.readableBytesView)
      }
      while previews.listenerCount == 0 { await Task.yield() }
      for _ in 0..<100 { await Task.yield() }
      await till.checkout.showPreview(false)
      previews.send([7, 7, 7])
      let sent = try await watched
      #expect(!sent.contains(Data([7, 7, 7])))
    }
  }

  @Test func `The first key of an amount opens the camera before the amount is locked`() async throws {
    try await application.test(.router) { client in
      try await client.execute(uri: "/api/keying", method: .post) { #expect($0.status == .noContent) }
    }
    #expect(till.checkout.snapshots.latest.cameraPhase == .preRecognition)
    #expect(till.checkout.snapshots.latest.phase == .idle)
  }
}

/// The camera's time passes for the whole till, not only for its rules.
@Suite(.timeLimit(.minutes(5)))
struct CameraTimeTests {
  @Test func `Thirty seconds without a face leave the student the wake button, and a warm device only warm`()
    async throws
  {
    let till = try await SellingTill(camera: .init(staysWarmFor: .seconds(60)))
    await till.checkout.openCamera(preview: true)
    till.timePasses(.seconds(30))
    await till.checkout.tick()
    #expect(StudentView(till.checkout.snapshots.latest, hints: [], price: nil).screen == .wake)
    #expect(till.checkout.wish.latest.camera == .init(device: .warm, showsPreview: false))
    till.timePasses(.seconds(60))
    await till.checkout.tick()
    #expect(till.checkout.wish.latest.camera.device == .closed)
  }

  @Test func `A camera that fails blocks faces and not staff, and does not go to sleep meanwhile`()
    async throws
  {
    let till = try await SellingTill()
    await till.checkout.openCamera(preview: true)
    await till.checkout.cameraFails(true)
    #expect(till.checkout.snapshots.latest.faceBlockers == [.cameraFailed])
    till.timePasses(.seconds(400))
    await till.checkout.tick()
    #expect(till.checkout.wish.latest.camera.device == .open)
    try await till.checkout.takeByStaff(.manual(Fen(500)))
    #expect(SalePhase(till.checkout.snapshots.latest.phase) == .accepted)
    await till.checkout.cameraFails(false)
    #expect(till.checkout.snapshots.latest.faceBlockers.isEmpty)
  }

  @Test func `Closing a camera that failed offers the wake button again`() async throws {
    let till = try await SellingTill()
    await till.checkout.openCamera(preview: true)
    await till.checkout.cameraFails(true)
    await till.checkout.closeCamera()
    #expect(StudentView(till.checkout.snapshots.latest, hints: [], price: nil).screen == .wake)
    await till.checkout.cameraFails(true)
    #expect(till.checkout.snapshots.latest.faceBlockers.isEmpty)
  }
}
