import CanteenCore
import CanteenTestSupport
import Crypto
import Foundation
import GatewayProtocol
import GatewayStore
import GRDB
import PaymentPlatform
import Testing

@testable import Gateway

/// A till that writes real entries, and the gateway's store.
struct IntakeTests {
  private let folder: TemporaryFolder
  private let store: SQLiteGatewayStore
  private let clock = ManualWallClock()
  private let key = P256.Signing.PrivateKey()
  private let till: PairedTerminal

  init() async throws {
    folder = try TemporaryFolder()
    store = try SQLiteGatewayStore(path: folder.path("gateway.sqlite"))
    till = try await store.pair("till-1", key: key, at: clock.now())
  }

  /// Entries 1 … count of a whole chain, each an order.
  private func chain(_ count: Int, prefix: String = "ORDER-") throws -> [LedgerEntry] {
    var entries: [LedgerEntry] = []
    for index in 1...count {
      entries.append(
        try LedgerEntry(
          terminal: till.id, sequence: Int64(index),
          previousHash: entries.last?.hash ?? LedgerEntry.firstPreviousHash, recordedAt: clock.now(),
          payload: CanonicalJSON.text(LedgerPayload.orderAccepted(.sample("\(prefix)\(1_000 + index)"))),
          key: key))
    }
    return entries
  }

  private func take(_ entries: [LedgerEntry], of other: PairedTerminal? = nil) async throws -> [String] {
    try await LedgerIntake(store: store).take(entries, of: other ?? till, at: clock.now()).map { answer in
      "\(answer.sequence) \(answer.outcome.rawValue)"
    }
  }

  private func alarm() async throws -> String? {
    try await DatabaseQueue(path: folder.path("gateway.sqlite")).read { db in
      try String.fetchOne(db, sql: "SELECT alarm FROM terminal")
    }
  }

  private func orders() async throws -> Int { try await store.orders(atMost: 100).count }

  @Test func `Entries in order are stored and open one order each`() async throws {
    #expect(try await take(chain(3)) == ["1 stored", "2 stored", "3 stored"])
    #expect(try await orders() == 3)
  }

  @Test func `I2: a batch sent again is answered the same and opens nothing twice`() async throws {
    let entries = try chain(3)
    _ = try await take(Array(entries.prefix(2)))
    for _ in 1...2 { #expect(try await take(entries) == ["1 stored", "2 stored", "3 stored"]) }
    #expect(try await orders() == 3)
  }

  @Test func `I9: a gap is named and nothing after it is stored`() async throws {
    let entries = try chain(4)
    let answers = try await LedgerIntake(store: store).take(
      [entries[0], entries[2], entries[3]], of: till, at: clock.now())
    #expect(answers.map(\.outcome) == [.stored, .refused])
    #expect(answers.last?.reason == "entry 2 is missing before 3")
    #expect(try await orders() == 1)
  }

  @Test func `I9: a cloned till that goes its own way is refused`() async throws {
    _ = try await take(chain(3))
    let fork = try chain(3, prefix: "OTHER-")
    let answers = try await LedgerIntake(store: store).take(fork, of: till, at: clock.now())
    #expect(answers.first?.outcome == .refused)
    #expect(answers.first?.reason?.contains("forked") == true)
    #expect(try await orders() == 3)
  }

  @Test func `Orders that were sent before and are not known are asked about first`() async throws {
    let entries = try chain(3)
    _ = try await LedgerIntake(store: store).take(entries, of: till, heldThrough: 2, at: clock.now())
    let numbers = Set(try (1...3).map { try OutTradeNumber("ORDER-\(1_000 + $0)") })
    let orders = try await store.bookView(of: numbers).orders
    #expect(orders.map { $0.settlement.doubt != nil } == [true, true, false])
  }

  // MARK: Entries that are brought back

  private func entry(
    _ sequence: Int64, after: LedgerEntry?, _ payload: LedgerPayload, key: P256.Signing.PrivateKey? = nil
  )
    throws -> LedgerEntry
  {
    try LedgerEntry(
      terminal: till.id, sequence: sequence, previousHash: after?.hash ?? LedgerEntry.firstPreviousHash,
      recordedAt: clock.now(), payload: CanonicalJSON.text(payload), key: key ?? self.key)
  }

  @Test func `An order of a branch that was given up is opened where it is brought back, once`() async throws
  {
    let first = try chain(1)
    _ = try await take(first)
    let lost = try chain(2, prefix: "OTHER-")
    let back = try entry(2, after: first[0], .broughtBack(lost[1]))
    let void = try entry(
      9, after: lost[1],
      .orderVoided(
        VoidOrder(
          outTradeNumber: OutTradeNumber("OTHER-1002"), operatorID: OperatorID("anna"), reason: "wrong dish"))
    )
    let again = try entry(3, after: back, .broughtBack(lost[1]))
    let undone = try entry(4, after: again, .broughtBack(void))
    #expect(try await take([back, again]) == ["2 stored", "3 stored"])
    #expect(try await store.orders(atMost: 9).map(\.state) == ["uploaded", "uploaded"])
    #expect(try await take([undone]) == ["4 stored"])
    let number = try OutTradeNumber("OTHER-1002")
    let record = try #require(try await store.bookView(of: [number]).orders.first)
    // A gateway that has forgotten it may have charged it: the platform is asked before it is void.
    #expect(record.settlement.isOpen && record.settlement.doubt != nil)
    #expect(record.settlement.void == "wrong dish" && record.mayBeForgotten)
    #expect(
      record.order == (try lost[1].decodedPayload().bookedOrder), "read back from the entry it stands in")
    let told = try await store.events(for: till.id, after: 0).items
    #expect(
      !told.contains { if case .orderResult(let result) = $0 { result.state == .failed } else { false } })
  }

  private func refund(_ number: String, _ amount: Int64) throws -> LedgerPayload {
    .refundRequested(
      Refund(
        outRefundNumber: try OutRefundNumber(number), outTradeNumber: try OutTradeNumber("ORDER-1001"),
        amount: Fen(amount), operatorID: try OperatorID("anna"), reason: "wrong dish"))
  }

  @Test func `A refund that comes again is the same refund, and never told to have failed`() async throws {
    let order = try chain(1)[0]
    let first = try entry(2, after: order, refund("R-1", 12_00))
    let again = try entry(3, after: first, .broughtBack(entry(9, after: order, refund("R-1", 12_00))))
    #expect(try await take([order, first, again]) == ["1 stored", "2 stored", "3 stored"])
    #expect(try await store.events(for: till.id, after: 0).items.isEmpty)
    #expect(try await alarm() == nil)
    // Another sum under its number: nothing is given back for it, and somebody has to look.
    let other = try entry(4, after: again, .broughtBack(entry(10, after: order, refund("R-1", 1_00))))
    #expect(try await take([other]) == ["4 stored"])
    #expect(try await store.events(for: till.id, after: 0).items.isEmpty)
    #expect(try await alarm() == "unsound")
    let refunds = try await store.bookView(
      of: [OutTradeNumber("ORDER-1001")]
    ).refunds
    #expect(refunds.map(\.refund.amount) == [Fen(12_00)])
  }

  @Test func `A till is not told that its own order, which comes again, has failed`() async throws {
    let entries = try chain(2)
    _ = try await take(entries)
    let again = try entry(
      3, after: entries[1], .orderAccepted(.sample("ORDER-1001", amount: Fen(9_99))))
    #expect(try await take([again]) == ["3 stored"])
    #expect(try await store.events(for: till.id, after: 0).items.isEmpty)
    #expect(try await alarm() == "unsound")
    #expect(try await orders() == 2)
  }

  @Test func `A void that was sent before makes its order one that may be forgotten`() async throws {
    let order = try chain(1)[0]
    let void = try entry(
      2, after: order,
      .orderVoided(
        VoidOrder(
          outTradeNumber: OutTradeNumber("ORDER-1001"), operatorID: OperatorID("anna"), reason: "wrong dish"))
    )
    _ = try await take([order])
    _ = try await LedgerIntake(store: store).take([void], of: till, heldThrough: 2, at: clock.now())
    let record = try await store.bookView(of: [OutTradeNumber("ORDER-1001")]).orders.first
    #expect(record?.mayBeForgotten == true)
  }

  @Test func `Nothing is brought back that the till did not sign, or that brings back something itself`()
    async throws
  {
    let lost = try chain(1, prefix: "OTHER-")[0]
    let forged = try entry(1, after: nil, lost.decodedPayload(), key: P256.Signing.PrivateKey())
    let absurd = try entry(1, after: nil, .orderAccepted(.sample("BIG-1001", amount: Fen(.max))))
    for inner in [forged, absurd, try entry(1, after: nil, .broughtBack(lost))] {
      #expect(try await take([entry(1, after: nil, .broughtBack(inner))]) == ["1 refused"])
    }
    #expect(try await orders() == 0)
  }

  @Test func `I9: an entry that continues another history is refused`() async throws {
    _ = try await take(chain(2))
    let answers = try await LedgerIntake(store: store).take(
      [try chain(3, prefix: "OTHER-")[2]], of: till, at: clock.now())
    #expect(answers.first?.reason == "the chain does not continue entry 2")
  }

  @Test(arguments: ["signature", "payload", "terminal"])
  func `I9: an altered entry is refused and nothing is half-written`(field: String) async throws {
    let entries = try chain(2)
    let forged = LedgerEntry(
      terminal: field == "terminal" ? try TerminalID("till-2") : till.id, sequence: 2,
      previousHash: entries[0].hash, recordedAt: clock.now(),
      payload: field == "payload" ? entries[1].payload.replacing("1200", with: "1") : entries[1].payload,
      signature: field == "signature" ? Data(count: 64) : entries[1].signature)
    #expect(try await take([entries[0], forged]) == ["1 stored", "2 refused"])
    #expect(try await orders() == 1)
    #expect(try await take(entries) == ["1 stored", "2 stored"])
  }

  @Test func `A number that another till used is told to this one and never charged twice`() async throws {
    _ = try await take(chain(1))
    let otherKey = P256.Signing.PrivateKey()
    let other = try await store.pair("till-2", key: otherKey, at: clock.now())
    let entry = try LedgerEntry(
      terminal: other.id, sequence: 1, previousHash: LedgerEntry.firstPreviousHash, recordedAt: clock.now(),
      payload: CanonicalJSON.text(LedgerPayload.orderAccepted(.sample("ORDER-1001"))), key: otherKey)
    #expect(try await take([entry], of: other) == ["1 stored"])
    #expect(try await orders() == 1)
    #expect(try await store.results(for: other.id).map(\.state) == [.failed])
  }

  @Test func `Money taken by staff is kept and never deducted`() async throws {
    let entry = try LedgerEntry(
      terminal: till.id, sequence: 1, previousHash: LedgerEntry.firstPreviousHash, recordedAt: clock.now(),
      payload: CanonicalJSON.text(LedgerPayload.orderAccepted(.sample("ORDER-1001", user: nil))), key: key)
    _ = try await take([entry])
    #expect(try await store.nextDueTime() == nil)
    #expect(try await store.results(for: till.id).map(\.state) == [.takenByStaff])
  }

  @Test func `TerminalEvents is read by cursor, each once`() async throws {
    _ = try await take(chain(2))
    let (now, rules) = (
      clock.now(), Settlement.Rules(terms: .unnamed, utcOffset: 480, quiet: .seconds(3), jitter: 1)
    )
    for number in try [OutTradeNumber("ORDER-1001"), OutTradeNumber("ORDER-1002")] {
      let outcome = try await store.amend([number]) { book in
        _ = book.begin(number, request: PlatformRequest(body: Data()), at: now, under: rules)
        return book.receive(
          .charged(transactionID: "T", advanced: false), to: .deduct, about: number, at: now,
          under: rules)
      }
      #expect(outcome == .charged)
    }
    let all = try await store.events(for: till.id, after: 0)
    #expect(all.items.count == 2)
    #expect(try await store.events(for: till.id, after: all.cursor).items.isEmpty)
    #expect(try await store.events(for: try TerminalID("till-2"), after: 0).items.isEmpty)
  }
}

extension SQLiteGatewayStore {
  /// What one till was told of its orders.
  func results(for till: TerminalID) async throws -> [OrderResult] {
    try await events(for: till, after: 0).items.compactMap { item in
      if case .orderResult(let result) = item { result } else { nil }
    }
  }

  /// Makes a till known, as pairing does.
  func pair(_ name: String, key: P256.Signing.PrivateKey, at now: Timestamp) async throws -> PairedTerminal {
    let terminal = try await pair(
      TerminalID(name), deviceKey: key.publicKey.x963Representation,
      sealingKey: P256.KeyAgreement.PrivateKey().publicKey.x963Representation, at: now)
    guard let terminal else { throw TestMaterialMissingTill() }
    return terminal
  }
}

private struct TestMaterialMissingTill: Error {}
