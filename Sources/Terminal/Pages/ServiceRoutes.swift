import GatewayProtocol
import CanteenCore
import Concurrency
import FeatureLibrary
import Foundation
import HTTPService
import HTTPTypes
import Hummingbird
import OrderLedger
import SystemService
import TillAPI

/// What `canteenctl` asks of a running till.
struct ServiceRoutes: Sendable {
  let identity: KeptIdentity
  let ledger: OrderLedger
  let library: FeatureLibrary
  let policy: IdentificationPolicy
  let sync: LibrarySync
  let leases: LeaseKeeper
  let certificates: CertificateKeeper
  let uploader: OrderUploader
  let checkout: CheckoutService
  let camera: Broadcast<CameraState>
  let infrared: Broadcast<CameraState>
  let equipment: CameraEquipment
  let link: Broadcast<GatewayClient.Link>
  let trouble: Broadcast<String?>
  let metrics: TillMetrics
  let screens: ScreenWatch
  let wallClock: TillClock
  let offline: Broadcast<OfflineWatch.State>

  func add(to router: TillRouter) {
    router.serve(TillOperations.status) { _ in try await status() }
    router.serve(TillOperations.orders) { request in
      try await ledger.recentOrders(atMost: request.limit(usual: 20))
    }
    router.serve(TillOperations.library) { _ in await libraryStatus() }
    router.serve(TillOperations.syncLibrary) { _ in
      do {
        try await sync.sync()
      } catch {
        throw HTTPRefusal(.badGateway, code: .syncFailed, "The face library was not synced: \(error)")
      }
      return await libraryStatus()
    }
    router.serve(TillOperations.doctor) { _ in await diagnosis() }
  }

  private func status() async throws -> TillStatus {
    let totals = try await ledger.totals()
    let sale = checkout.snapshots.latest
    let lease = await leases.lease
    return TillStatus(
      terminal: identity.current.terminal, organization: identity.current.organization,
      gateway: identity.current.gateway.absoluteString,
      network: NetworkState(link.latest), camera: CameraPhase(sale.cameraPhase),
      cameraError: camera.latest.error,
      blockers: sale.faceBlockers.sorted { $0.rawValue < $1.rawValue },
      leaseExpiresAt: lease?.expiresAt, people: library.peopleCount,
      libraryVersion: library.version,
      screens: screens.shown, orders: TillStatus.Orders(totals), counts: metrics.counts,
      faceToAccept: metrics.faceToAccept,
      process: TillStatus.Process(.now()), utcOffset: (lease?.plan ?? .unplanned).utcOffset)
  }

  private func libraryStatus() async -> LibraryStatus {
    let point = library.operatingPoint(for: policy)
    return LibraryStatus(
      people: point.people, templates: library.templateCount, threshold: point.threshold,
      margin: point.margin, fittedOnPeople: library.scoreModel.impostors.people, version: library.version,
      lastSync: library.currentAt,
      lastError: await sync.lastError)
  }

  private func certificateCheck() async -> Check {
    if identity.current.isByHeader {
      return Check(
        "certificate", ok: false,
        await certificates.fault
          ?? "the till shows none yet; update the gateway, after which it changes over by itself")
    }
    if let fault = await certificates.fault { return Check("certificate", ok: false, fault) }
    guard let validity = await certificates.validity else {
      return Check("certificate", ok: false, "it cannot be read; pair the till again")
    }
    let until = SchoolTime(validity.until, utcOffset: 0).day
    let standing = await certificates.standing
    return Check(
      "certificate", ok: standing != .expired && standing != .lapsed,
      "good until \(until); it is renewed by itself")
  }

  private func diagnosis() async -> [Check] {
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
          ? "\(identity.current.gateway) answers"
          : trouble.latest ?? "\(identity.current.gateway) was not asked yet"))
    checks.append(await certificateCheck())
    let quality = wallClock.reading().quality
    checks.append(
      Check(
        "clock", ok: quality != .untrusted,
        quality == .untrusted
          ? "the box's clock contradicts what is known; set it, or connect the gateway" : quality.rawValue))
    if case .refused(let sequence, let reason) = uploader.states.latest {
      checks.append(
        Check(
          "uploads", ok: false,
          """
          the gateway refuses entry \(sequence) (\(reason)) and takes nothing behind it: keep this box as it is and \
          call support
          """))
    }
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

extension TillStatus.Orders {
  init(_ totals: LedgerTotals) {
    let (accepted, unsent) = (totals.allOrders, totals.orders(in: .accepted, .queued))
    self.init(
      accepted: accepted, uploaded: accepted - unsent, paid: totals.orders(in: .paid, .advanced),
      paidAmount: totals.toCollect(in: .paid, .advanced), unsent: unsent,
      waiting: totals.orders(in: .uploaded, .delayed))
  }
}

extension TillStatus.Process {
  init(_ figures: ProcessFigures) {
    self.init(
      cpuSeconds: figures.cpuSeconds, peakMemoryMegabytes: figures.peakMemoryMegabytes,
      memoryMegabytes: figures.memoryMegabytes)
  }
}
