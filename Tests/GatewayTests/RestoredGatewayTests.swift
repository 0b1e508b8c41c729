import CanteenCore
import CanteenTestSupport
import Crypto
import FeatureLibrary
import Foundation
import GatewayProtocol
import GatewayStore
import GRDB
import OrderLedger
import Testing
import TillAPI

@testable import Gateway

/// A gateway that came back from an older backup, and tills that know more than it does.
@Suite(.timeLimit(.minutes(5)))
final class RestoredGatewayTests {
  private let folder: TemporaryFolder
  private var store: SQLiteGatewayStore
  private let clock = ManualWallClock()
  private let key = P256.Signing.PrivateKey()
  private let sealingKey = P256.KeyAgreement.PrivateKey()
  private let till: PairedTerminal
  private let other: PairedTerminal
  private let organization: OrganizationID
  private let templates = TemplateVault(
    key: SymmetricKey(size: .bits256),
    origin: EmbeddingOrigin(modelSHA256: "abc", engine: "opencv-4.6", aligner: 1))

  init() async throws {
    folder = try TemporaryFolder()
    organization = try OrganizationID("O1000")
    store = try SQLiteGatewayStore(path: folder.path("gateway.sqlite"))
    let paired = try await store.pair("till-1", key: P256.Signing.PrivateKey(), at: clock.now())
    till = PairedTerminal(
      id: paired.id, keys: paired.keys, sealingKey: sealingKey.publicKey, pairedAt: paired.pairedAt)
    other = try await store.pair("till-2", key: P256.Signing.PrivateKey(), at: clock.now())
  }

  private func backUp() async throws {
    let backup = folder.path("backup.sqlite")
    try await DatabaseQueue(path: folder.path("gateway.sqlite")).vacuum(into: backup)
  }

  private func restore() throws {
    store.close()
    for file in try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
    where file.hasPrefix("gateway.sqlite") {
      try FileManager.default.removeItem(atPath: folder.path(file))
    }
    try FileManager.default.copyItem(
      atPath: folder.path("backup.sqlite"), toPath: folder.path("gateway.sqlite"))
    store = try SQLiteGatewayStore(path: folder.path("gateway.sqlite"))
  }

  private func bar(_ user: String, _ bar: UserBar? = .blocked) throws -> TerminalEvent {
    .userStanding(UserStanding(user: try OutUserID(user), bar: bar))
  }

  private func tell(_ event: TerminalEvent) async throws {
    #expect(try await store.commit(OrderDecision(events: [AddressedEvent(.told(event), to: .everyTill)])))
  }

  private func hear(_ place: StorePlace, _ terminal: PairedTerminal? = nil) async throws -> TerminalEvents {
    try await EventDelivery(store: store).events(for: (terminal ?? till).id, from: place)
  }

  @Test func `Tills hear what a restored gateway says, however far they had read`() async throws {
    try await tell(bar("s00001"))
    let behind = try await hear(.start, other).place
    try await backUp()
    try await tell(bar("s00002"))
    try await tell(bar("s00003"))
    let ahead = try await hear(.start).place
    try restore()
    try await tell(bar("s00004"))

    let anew = try await hear(ahead)
    #expect(try anew.items == [bar("s00001"), bar("s00004")])
    #expect(anew.epoch != nil && anew.epoch != ahead.epoch)
    try await tell(bar("s00005"))
    let next = try await hear(anew.place)
    #expect(try next.items == [bar("s00005")], "read on by cursor as ever")
    #expect(next.epoch == anew.epoch)
    let late = try await hear(behind, other)
    #expect(try late.items == [bar("s00001"), bar("s00004"), bar("s00005")], "a new epoch is every till's")
  }

  @Test func `A till that has read no further than the backup hears nothing twice`() async throws {
    try await tell(bar("s00001"))
    let place = try await hear(.start).place
    try await backUp()
    try restore()
    try await tell(bar("s00002"))
    let events = try await hear(place)
    #expect(try events.items == [bar("s00002")])
    #expect(events.epoch == place.epoch)
  }

  @Test func `A till that claims to know more, again and again, has only itself read anew`() async throws {
    try await tell(bar("s00001"))
    let delivery = EventDelivery(store: store)
    let honest = try await delivery.events(for: other.id, from: .start).place
    let liar = StorePlace(epoch: honest.epoch, cursor: .max)
    let anew = try await delivery.events(for: till.id, from: liar)
    #expect(try anew.items == [bar("s00001")])
    let epoch = try await delivery.events(for: other.id, from: honest).epoch
    #expect(epoch == anew.epoch && epoch != honest.epoch, "the store may have lost its history once")
    for _ in 1...3 {
      let again = try await delivery.events(for: till.id, from: StorePlace(epoch: anew.epoch, cursor: .max))
      #expect(try again.items == [bar("s00001")])
      #expect(again.epoch == epoch)
    }
  }

  @Test func `A till of before epochs reads on by its cursor`() async throws {
    try await tell(bar("s00001"))
    try await tell(bar("s00002"))
    let delivery = EventDelivery(store: store)
    let first = try await delivery.events(for: till.id, saying: .unaware(cursor: 0))
    #expect(first.items.count == 2)
    try await tell(bar("s00003"))
    let next = try await delivery.events(for: till.id, saying: .unaware(cursor: first.cursor))
    #expect(try next.items == [bar("s00003")])
  }

  @Test func `To hear everything again changes nothing in a till's ledger`() async throws {
    let ledger = try OrderLedger(
      path: folder.path("ledger.sqlite"), terminal: till.id, key: key, wallClock: clock)
    let number = try OutTradeNumber("ORDER-0001")
    try await ledger.accept(.sample("ORDER-0001"))
    let result = OrderResult(
      outTradeNumber: number, state: .paid, transactionID: "T-1", reason: nil, at: clock.now())
    try await tell(.orderResult(result))
    try await tell(bar("s00001"))
    try await tell(bar("s00001", nil))
    try await backUp()
    try await tell(bar("s00002"))
    _ = try await ledger.record(hear(ledger.eventPlace()), from: ledger.eventPlace())
    let length = try await ledger.verify()
    try restore()
    _ = try await ledger.record(hear(ledger.eventPlace()), from: ledger.eventPlace())
    #expect(try await ledger.bookedOrder(number)?.state == .paid)
    #expect(try await ledger.bars() == [OutUserID("s00002"): .blocked], "who was freed is not barred again")
    let orders = try await ledger.recentOrders(atMost: 9)
    #expect(orders.count == 1)
    #expect(try await ledger.verify() >= length)
  }

  // MARK: The library

  private func enrol(_ id: String) async throws {
    let user = RecognisedUser(outUserID: try OutUserID(id), platformUserID: "P", displayName: id)
    var faces = SyntheticFaces(seed: UInt64(id.utf8.reduce(7) { $0 &* 31 &+ Int($1) }))
    let shot = Shot(
      template: try SyntheticFaces.embedding(faces.face()), photoDigest: Data(repeating: 9, count: 32))
    try await store.save(
      EnrolledUser(user: user, mayPay: true, shots: try templates.seal([shot], of: user.outUserID)),
      at: clock.now())
  }

  private func sync(_ library: FeatureLibrary) async throws {
    let publisher = LibraryPublisher(
      store: store, templates: templates,
      guardians: GuardianVault(key: SymmetricKey(size: .bits256), accountKey: SymmetricKey(size: .bits256)),
      organization: organization, key: key)
    var batch: LibraryBatch
    repeat {
      let sealed = try await publisher.batch(for: till, saying: .aware(library.place))
      let text = try sealed.opened(by: sealingKey).verified(by: key.publicKey, purpose: .libraryBatch)
      batch = try CanonicalJSON.decode(LibraryBatch.self, from: text)
      if library.lacks(batch) { try library.apply(batch) }
    } while batch.more
  }

  @Test func `A restored gateway's library replaces what tills have, people who came and who went`()
    async throws
  {
    let library = try FeatureLibrary(
      path: folder.path("library.sqlite"), organization: organization, origin: templates.origin,
      key: SymmetricKey(size: .bits256))
    for id in ["s00001", "s00002"] { try await enrol(id) }
    try await backUp()
    try await enrol("s00003")
    try await sync(library)
    #expect(library.peopleCount == 3)
    try restore()
    try await enrol("s00004")
    try await sync(library)
    for (id, isThere) in [("s00001", true), ("s00002", true), ("s00003", false), ("s00004", true)] {
      #expect((library.person(try OutUserID(id)) != nil) == isThere, "\(id)")
    }
    let place = library.place
    try await sync(library)
    #expect(library.place == place)
  }
}
