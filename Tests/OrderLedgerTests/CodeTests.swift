import CanteenCore
import CanteenTestSupport
import Crypto
import Foundation
import GatewayProtocol
import Testing
import TillAPI

@testable import OrderLedger

/// Payment codes in the ledger: what was shown to a platform is never forgotten.
struct CodeTests {
  private let folder: TemporaryFolder
  private let key = P256.Signing.PrivateKey()
  private let clock = ManualWallClock()

  init() throws {
    folder = try TemporaryFolder()
  }

  private func open() throws -> OrderLedger {
    try OrderLedger(
      path: folder.path("ledger.sqlite"), terminal: TerminalID("till-1"), key: key, wallClock: clock)
  }

  private func code(_ number: String, paid transactionID: String? = nil) throws -> Order {
    Order(
      outTradeNumber: try OutTradeNumber(number), amount: Fen(12_00), amountMode: .manual,
      day: SchoolTime.noon.day, acceptedAt: clock.now(),
      means: PaymentMeans(
        payer: .nobody, collection: .paymentCode(CodeReceipt(transactionID: transactionID))))
  }

  @Test
  func `A code that was presented is open until its order or its closing is written, over restarts too`()
    async throws
  {
    let ledger = try open()
    try await ledger.present(code("CODE-0001"))
    try await ledger.present(code("CODE-0002"))
    try await ledger.present(code("CODE-0003"))
    try await ledger.accept(code("CODE-0002", paid: "T2"))
    try await ledger.closeCode(OutTradeNumber("CODE-0003"), reason: "no meal was given")
    #expect(try await ledger.openCodes() == [code("CODE-0001")])
    ledger.close()
    let again = try open()
    #expect(try await again.openCodes().map(\.outTradeNumber.text) == ["CODE-0001"])
    try await again.rebuildViews()
    #expect(try await again.openCodes().map(\.outTradeNumber.text) == ["CODE-0001"])
    #expect(try await again.verify() == 5)
  }

  @Test func `A code is presented once and closed once`() async throws {
    let ledger = try open()
    try await ledger.present(code("CODE-0001"))
    await #expect(throws: LedgerError.numberReused(try OutTradeNumber("CODE-0001"))) {
      try await ledger.present(code("CODE-0001"))
    }
    for _ in 1...2 { try await ledger.closeCode(OutTradeNumber("CODE-0001"), reason: "expired") }
    try await ledger.closeCode(OutTradeNumber("CODE-0009"), reason: "never presented")
    #expect(try await ledger.head().sequence == 2)
  }

  @Test func `Reports tell what was collected how, and from whom`() async throws {
    let ledger = try open()
    try await ledger.accept(.sample("FACE-0001"))
    try await ledger.accept(.sample("STAFF-001", user: nil))
    try await ledger.present(code("CODE-0001"))
    try await ledger.accept(code("CODE-0001", paid: "T1"))
    let lines = try await ledger.totals().lines
    let means = Set(lines.map { "\($0.payer.rawValue) \($0.collection.rawValue) \($0.toCollect.count)" })
    #expect(means == ["face contract 1200", "nobody unnamed 0", "nobody payment_code 1200"])
    let shown = try await ledger.recentOrders(atMost: 3).map(\.collection)
    #expect(shown == [.paymentCode, .unnamed, .contract])
  }
}
