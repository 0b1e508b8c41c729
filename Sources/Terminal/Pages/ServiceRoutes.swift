import CanteenCore
import Concurrency
import FeatureLibrary
import Foundation
import GatewayProtocol
import HTTPService
import HTTPTypes
import Hummingbird
import OrderLedger
import SystemService

/// What `canteenctl` asks of a running till.
struct ServiceRoutes: Sendable {
  let identity: TerminalIdentity
  let ledger: OrderLedger
  let library: FeatureLibrary
  let policy: IdentificationPolicy
  let sync: LibrarySync
  let leases: LeaseKeeper
  let uploader: OrderUploader
  let checkout: CheckoutService
  let camera: Broadcast<CameraState>
  let infrared: Broadcast<CameraState>
  let equipment: CameraEquipment
  let link: Broadcast<GatewayClient.Link>
  let metrics: TillMetrics
  let screens: ScreenWatch
  let wallClock: TillClock
  let offline: Broadcast<OfflineWatch.State>

  func add(to router: Router<BasicRequestContext>) {
    router.get("api/status") { _, _ in try Response.json(await status()) }
    router.get("api/orders") { request, _ in
      let limit = request.uri.queryParameters["limit"].flatMap { Int($0) } ?? 20
      return try Response.json(await ledger.recentOrders(atMost: min(max(limit, 1), 10_000)))
    }
    router.get("api/library") { _, _ in try Response.json(await libraryStatus()) }
    router.post("api/library/sync") { _, _ in
      do {
        try await sync.sync()
      } catch {
        throw HTTPRefusal(.badGateway, code: "sync_failed", "The face library was not synced: \(error)")
      }
      return try Response.json(await libraryStatus())
    }
    router.get("api/doctor") { _, _ in try Response.json(await diagnosis()) }
  }

  private func status() async throws -> TillStatus {
    let totals = try await ledger.totals()
    let sale = checkout.snapshots.latest
    return TillStatus(
      terminal: identity.terminal, organization: identity.organization, gateway: identity.gateway,
      network: link.latest.label, camera: sale.cameraPhase.label, cameraError: camera.latest.error,
      blockers: sale.faceBlockers.sorted { $0.rawValue < $1.rawValue },
      leaseExpiresAt: await leases.lease?.expiresAt, people: library.peopleCount,
      libraryVersion: library.version,
      screens: screens.shown, orders: TillStatus.Orders(totals), counts: metrics.counts,
      faceToAccept: metrics.faceToAccept,
      process: .now())
  }

  private func libraryStatus() async throws -> LibraryStatus {
    let point = library.operatingPoint(for: policy)
    return LibraryStatus(
      people: point.people, templates: library.templateCount, threshold: point.threshold,
      margin: point.margin, fittedOnPeople: library.scoreModel.impostors.people, version: library.version,
      lastSync: await sync.lastSync,
      lastError: await sync.lastError)
  }

  private func diagnosis() async throws -> [Check] {
    let sale = checkout.snapshots.latest
    let now = wallClock.now()
    var checks: [Check] = []
    do {
      let entries = try await ledger.verify()
      checks.append(Check("ledger", ok: true, "\(entries) entries, chain and signatures whole"))
    } catch {
      checks.append(Check("ledger", ok: false, "\(error)"))
    }
    checks.append(
      Check(
        "gateway", ok: link.latest == .up,
        link.latest == .up
          ? "\(identity.gateway) answers"
          : "\(identity.gateway) does not answer; check that the gateway runs and the network is up"))
    let quality = wallClock.reading().quality
    checks.append(
      Check(
        "clock", ok: quality != .untrusted,
        quality == .untrusted
          ? "the box's clock contradicts what is known; set it, or connect the gateway" : quality.rawValue))
    if let fault = await leases.ledgerFault { checks.append(Check("ledger at gateway", ok: false, fault)) }
    for (gauge, level) in offline.latest.levels.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      checks.append(
        Check(
          gauge.rawValue, ok: level != .stop,
          level == .stop ? "used up; connect the gateway, or export the ledger" : "nearly used up"))
    }
    let expiry = await leases.lease?.expiresAt
    checks.append(
      Check(
        "lease", ok: expiry.map { $0 > now } ?? false,
        expiry.map { "runs out in \(now.duration(to: $0).wholeMilliseconds / 60_000) minutes" }
          ?? "none yet; it comes from the gateway"))
    checks.append(
      Check(
        "library", ok: library.peopleCount > 0,
        library.peopleCount > 0
          ? "\(library.peopleCount) people, version \(library.version)"
          : "empty; enrol people with `canteenctl enrol`, then `canteenctl library --sync`"))
    checks += EquipmentCheckUp(equipment: equipment).checks
    let device = camera.latest
    checks.append(
      Check(
        "camera", ok: device.error == nil,
        device.error.map { "\($0) Selling goes on by payment code, card or by hand." }
          ?? device.device.rawValue))
    if equipment.infrared != nil {
      let device = infrared.latest
      checks.append(
        Check(
          "infrared pictures", ok: device.error == nil,
          device.error.map { "\($0) Faces are accepted by the colour camera alone." }
            ?? device.device.rawValue))
    }
    checks.append(
      Check(
        "faces", ok: sale.faceBlockers.isEmpty,
        sale.faceBlockers.isEmpty
          ? "accepted" : "blocked: " + sale.faceBlockers.map(\.rawValue).sorted().joined(separator: ", ")))
    return checks
  }
}

struct TillStatus: Encodable, Sendable {
  struct Orders: Encodable, Sendable {
    let accepted: Int
    let uploaded: Int
    let paid: Int
    let paidAmount: Fen
    let unsent: Int
    let waiting: Int

    init(_ totals: LedgerTotals) {
      accepted = totals.allOrders
      unsent = totals.orders(in: .accepted, .queued)
      uploaded = accepted - unsent
      paid = totals.orders(in: .paid, .advanced)
      paidAmount = totals.toCollect(in: .paid, .advanced)
      waiting = totals.orders(in: .uploaded, .delayed)
    }

    private enum CodingKeys: String, CodingKey {
      case accepted
      case uploaded
      case paid
      case paidAmount = "paid_fen"
      case unsent
      case waiting
    }
  }

  let terminal: TerminalID
  let organization: OrganizationID
  let gateway: URL
  let network: String
  let camera: String
  let cameraError: String?
  let blockers: [FaceBlocker]
  let leaseExpiresAt: Timestamp?
  let people: Int
  let libraryVersion: Int64
  /// Pages that somebody can see.
  let screens: [Screen]
  let orders: Orders
  let counts: TillMetrics.Counts
  let faceToAccept: TillMetrics.Percentiles
  let process: ProcessFigures

  private enum CodingKeys: String, CodingKey {
    case terminal = "terminal_id"
    case organization = "organization_id"
    case gateway
    case network
    case camera
    case cameraError = "camera_error"
    case blockers
    case leaseExpiresAt = "lease_expires_at"
    case people
    case libraryVersion = "library_version"
    case screens
    case orders
    case counts
    case faceToAccept = "face_to_accept_ms"
    case process
  }
}

struct LibraryStatus: Encodable, Sendable {
  let people: Int
  let templates: Int
  let threshold: Float
  let margin: Float
  /// 0 while the library is too small to be measured.
  let fittedOnPeople: Int
  let version: Int64
  let lastSync: Timestamp?
  let lastError: String?

  private enum CodingKeys: String, CodingKey {
    case people
    case templates
    case threshold
    case margin
    case fittedOnPeople = "fitted_on_people"
    case version
    case lastSync = "last_sync"
    case lastError = "last_error"
  }
}
