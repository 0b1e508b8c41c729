import CanteenCore
import CanteenTestSupport
import Crypto
import FeatureLibrary
import Foundation
import GatewayProtocol
import GatewayStore
import OrderLedger
import Testing
import TillAPI

@testable import Gateway

/// Ledgers, libraries and gateways of the first version open, sync and sell.
@Suite(.timeLimit(.minutes(5)))
struct VersionOneTests {
  private let files: VersionOneFiles
  private let clock: ManualWallClock

  init() throws {
    files = try VersionOneFiles()
    clock = ManualWallClock()
    clock.advance(by: clock.now().duration(to: files.now))
  }

  private func ledger() throws -> OrderLedger {
    try OrderLedger(
      path: files.folder.path("ledger.sqlite"), terminal: files.terminal, key: files.device, wallClock: clock)
  }

  private func store() throws -> SQLiteGatewayStore {
    try SQLiteGatewayStore(path: files.folder.path("gateway.sqlite"))
  }

  @Test func `Every entry of a ledger still verifies, and its orders stand as they stood`() async throws {
    let ledger = try ledger()
    #expect(try await ledger.verify() == 16)
    let orders = try await ledger.recentOrders(atMost: 10)
    let states = Dictionary(uniqueKeysWithValues: orders.map { ($0.outTradeNumber, $0.state) })
    #expect(
      states == [
        "V1-0001": .paid, "V1-0002": .advanced, "V1-0003": .delayed, "V1-0004": .takenByStaff,
        "V1-0005": .accepted, "V1-0006": .voided,
      ])
    #expect(orders.first { $0.outTradeNumber == "V1-0001" }?.refunded == Fen(2_00))
    #expect(try await ledger.openShift()?.operatorID.text == "anna")
    #expect(try await ledger.order(OutTradeNumber("V1-0004"))?.means == .takenByStaff)
    let face = try #require(try await ledger.order(OutTradeNumber("V1-0001"))?.means.facePayment)
    #expect(face.user.outUserID.text == "s00001")
    #expect(face.faceToken.utf8.count == 1_200)
  }

  @Test func `A library still opens and names its people`() throws {
    let library = try FeatureLibrary(
      path: files.folder.path("library.sqlite"), organization: files.organization, origin: files.origin,
      key: files.libraryKey)
    #expect(library.peopleCount == 3)
    var faces = SyntheticFaces(seed: 7)
    for id in ["s00001", "s00002", "s00003"] {
      let match = library.match(try SyntheticFaces.embedding(faces.face()))
      #expect(match.best?.person.user.outUserID.text == id)
    }
  }

  @Test func `A lease of the first version is still a lease`() throws {
    let text = try files.lease.verified(by: try files.gateway.publicKey, purpose: .lease)
    let lease = try CanonicalJSON.decode(Lease.self, from: text)
    #expect(lease.organizationName == "实验小学")
    #expect(lease.limits == SpendingLimits(order: Fen(50_00), day: Fen(100_00)))
    #expect(lease.means == nil)
  }

  @Test func `A till of the first version goes on where it stopped: sends, hears and syncs`() async throws {
    let (ledger, store) = (try ledger(), try store())
    let till = try #require(try await store.terminal(files.terminal))
    let library = try FeatureLibrary(
      path: files.folder.path("library.sqlite"), organization: files.organization, origin: files.origin,
      key: files.libraryKey)

    try await ledger.accept(.sample("V2-0001", user: "s00003", amount: Fen(4_00), at: clock.now()))
    let entries = try await ledger.unsent(atMost: 100)
    try await ledger.willUpload(entries)
    let answers = try await LedgerIntake(store: store).take(entries, of: till, at: clock.now())
    #expect(answers.allSatisfy { $0.outcome == .stored }, "\(answers)")
    try await ledger.confirmUploaded(through: try #require(entries.last).sequence)
    let kept = try await store.orders(atMost: 10)
    #expect(kept.count == 7)

    let place = try await ledger.eventPlace()
    _ = try await ledger.record(
      EventDelivery(store: store).events(for: till.id, from: place), from: place)
    #expect(
      try await ledger.recentOrders(atMost: 10).first { $0.outTradeNumber == "V1-0006" }?.state == .voided)
    #expect(try await ledger.verify() == 17)

    let publisher = LibraryPublisher(
      store: store, templates: try files.templates, guardians: try files.guardians,
      organization: files.organization, key: try files.gateway)
    let batch = try await publisher.batch(for: till, saying: .aware(library.place))
    let text = try batch.opened(by: try files.sealing).verified(
      by: try files.gateway.publicKey, purpose: .libraryBatch)
    let changes = try CanonicalJSON.decode(LibraryBatch.self, from: text)
    #expect(changes.changes.isEmpty, "nothing changed since")
    try library.apply(changes)
    #expect(library.place.epoch != nil && library.peopleCount == 3)
    #expect(
      try await publisher.batch(after: 0, for: till).opened(by: try files.sealing).text.contains("s00003"))
  }
}
