import CanteenCore
import CanteenTestSupport
import Concurrency
import Foundation
import GatewayProtocol
import HTTPService
import Hummingbird
import HummingbirdTesting
import NIOCore
import OrderLedger
import Synchronization
import Testing
import TillAPI

@testable import Terminal

/// A gateway that answers about payment codes as a test says, and remembers what it was asked.
final class ScriptedCodes: CodeTransport, Sendable {
  private struct State {
    var answers: [CodeOutcome]
    var asked: [String] = []
  }

  private let state: Mutex<State>

  init(_ answers: CodeOutcome...) { state = Mutex(State(answers: answers)) }

  var asked: [String] { state.withLock { $0.asked } }

  func collect(_ order: Order, with code: PaymentCode) async -> CodeOutcome {
    answer("collect \(order.toCollect.count)")
  }

  func outcome(ofCodeFor number: OutTradeNumber) async -> CodeOutcome { answer("ask") }

  private func answer(_ question: String) -> CodeOutcome {
    state.withLock { state in
      state.asked.append(question)
      return state.answers.isEmpty ? .unclear(reason: "the script is over") : state.answers.removeFirst()
    }
  }
}

/// Cards, PINs, names and payment codes as the till's local interface takes them.
@Suite(.timeLimit(.minutes(5)))
struct MeansRoutesTests {
  private struct Directory: PayerDirectory {
    let user: RecognisedUser

    func user(numbered id: OutUserID) async -> RecognisedUser? { id == user.outUserID ? user : nil }
    func user(ofCard card: String) async -> RecognisedUser? { card == "04A1B2C3" ? user : nil }
    func user(ofPIN pin: String, numbered id: OutUserID) async -> RecognisedUser? {
      pin == "2580" && id == user.outUserID ? user : nil
    }
  }

  private let user: RecognisedUser

  init() throws {
    user = RecognisedUser(outUserID: try OutUserID("s00001"), platformUserID: "P1", displayName: "甲")
  }

  private func till(_ codes: ScriptedCodes = ScriptedCodes()) async throws -> SellingTill {
    try await SellingTill(means: MeansOffered(paymentCodes: true, schoolAccounts: true), codes: codes)
  }

  private func application(_ till: SellingTill) -> some ApplicationProtocol {
    let router = Router()
    router.add(middleware: RefusalMiddleware(logger: till.logger))
    MeansRoutes(checkout: till.checkout, payers: Directory(user: user)).add(to: router)
    return Application(router: router)
  }

  private func post(_ client: some TestClientProtocol, _ path: String, _ body: String) async throws -> String
  {
    try await client.execute(uri: path, method: .post, body: ByteBuffer(string: body)) { answer in
      "\(answer.status.code) \(String(buffer: answer.body).prefix(80))"
    }
  }

  private func phase(_ till: SellingTill, becomes label: String) async {
    for await snapshot in till.checkout.snapshots.values() where SalePhase(snapshot.phase).rawValue == label {
      return
    }
  }

  @Test(arguments: [
    #"{"by":"card","card":"04A1B2C3"}"#, #"{"by":"pin","out_user_id":"s00001","pin":"2580"}"#,
    #"{"by":"chosen_by_staff","out_user_id":"s00001"}"#,
  ])
  func `Somebody who is named without a face pays from the school's account`(body: String) async throws {
    let till = try await till()
    try await till.checkout.key(.manual(Fen(12_00)))
    try await application(till).test(.router) { client in
      let answer = try await post(client, "/api/pay", body)
      #expect(answer == "204 ")
    }
    let order = try #require(try await till.ledger.recentOrders(atMost: 1).first)
    #expect(order.collection == .schoolAccount)
    #expect(order.displayName == "甲")
    #expect(order.toCollect == .zero)
  }

  @Test(arguments: [
    (#"{"by":"card","card":"FFFFFFFF"}"#, "404"),
    (#"{"by":"pin","out_user_id":"s00001","pin":"0000"}"#, "404"),
    (#"{"by":"chosen_by_staff","out_user_id":"s00002"}"#, "404"),
    (#"{"by":"face","out_user_id":"s00001"}"#, "422"),
    (#"{"by":"card","card":"04A1B2C3","pin":"2580"}"#, "422"), (#"{"by":"nobody"}"#, "422"), (#"{}"#, "400"),
  ])
  func `A payer who is not known, or named in two ways, pays nothing`(body: String, status: String)
    async throws
  {
    let till = try await till()
    try await till.checkout.key(.manual(Fen(12_00)))
    try await application(till).test(.router) { client in
      let answer = try await post(client, "/api/pay", body)
      #expect(answer.hasPrefix(status))
    }
    #expect(try await till.ledger.totals().allOrders == 0)
  }

  @Test
  func `A code is in the ledger before the gateway hears of it, and its meal follows the platform's word`()
    async throws
  {
    let codes = ScriptedCodes(.charged(transactionID: "T1"))
    let till = try await till(codes)
    try await till.checkout.key(.manual(Fen(12_00)))
    try await application(till).test(.router) { client in
      let answer = try await post(client, "/api/payment-code", #"{"code":"134567890123456789"}"#)
      #expect(answer == "204 ")
      #expect(try await till.ledger.openCodes().count == 1)
      #expect(codes.asked.isEmpty)
      let work = Task { await till.checkout.run() }
      await phase(till, becomes: "accepted")
      work.cancel()
      await work.value
    }
    #expect(codes.asked == ["collect 1200"])
    #expect(try await till.ledger.openCodes().isEmpty)
    let order = try #require(try await till.ledger.recentOrders(atMost: 1).first)
    #expect(order.collection == .paymentCode)
    #expect(order.toCollect == Fen(12_00))
  }

  @Test(arguments: [true, false])
  func `Staff say what becomes of the meal of an unclear code`(given: Bool) async throws {
    let till = try await till(ScriptedCodes(.unclear(reason: "timeout")))
    try await till.checkout.key(.manual(Fen(12_00)))
    try await application(till).test(.router) { client in
      let early = try await post(client, "/api/payment-code/unclear", #"{"meal_given":true}"#)
      #expect(early.hasPrefix("409"))
      _ = try await post(client, "/api/payment-code", #"{"code":"134567890123456789"}"#)
      let work = Task { await till.checkout.run() }
      await phase(till, becomes: "unclear")
      work.cancel()
      await work.value
      let body = #"{"meal_given":\#(given)}"#
      let first = try await post(client, "/api/payment-code/unclear", body)
      #expect(first == "204 ")
      let second = try await post(client, "/api/payment-code/unclear", body)
      #expect(second.hasPrefix("409"), "a second tap")
    }
    #expect(try await till.ledger.openCodes().isEmpty)
    #expect(try await till.ledger.totals().allOrders == (given ? 1 : 0))
    #expect(try await till.ledger.head().sequence == 2)
  }

  @Test func `A till that died after it showed a code asks staff, and the platform, when it comes back`()
    async throws
  {
    let till = try await till()
    try await till.checkout.key(.manual(Fen(12_00)))
    try await application(till).test(.router) { client in
      _ = try await post(client, "/api/payment-code", #"{"code":"134567890123456789"}"#)
    }
    let codes = ScriptedCodes(.charged(transactionID: "T1"))
    let restarted = try await till.restarted(codes: codes)
    #expect(SalePhase(restarted.snapshots.latest.phase) == .unclear)
    let work = Task { await restarted.run() }
    for await snapshot in restarted.snapshots.values() where SalePhase(snapshot.phase) == .accepted { break }
    work.cancel()
    await work.value
    #expect(codes.asked == ["ask"])
    #expect(try await till.ledger.totals().allOrders == 1)
  }

  @Test func `Every code that a till left open is asked about in its turn, and a withheld one never again`()
    async throws
  {
    let till = try await till()
    for number in ["LEFT-0001", "LEFT-0002"] {
      try await till.ledger.present(
        Order(
          outTradeNumber: OutTradeNumber(number), amount: Fen(12_00), amountMode: .manual,
          day: SchoolTime.noon.day, acceptedAt: till.wallClock.now(),
          means: PaymentMeans(
            payer: .nobody, collection: .paymentCode(CodeReceipt(transactionID: nil)))))
    }
    let restarted = try await till.restarted(codes: ScriptedCodes())
    #expect(restarted.snapshots.latest.phase.codeAttempt?.number.text == "LEFT-0001")
    #expect(try await restarted.settleUnclear(mealGiven: false))
    #expect(restarted.snapshots.latest.phase.codeAttempt?.number.text == "LEFT-0002")
    #expect(try await restarted.settleUnclear(mealGiven: true))
    #expect(SalePhase(restarted.snapshots.latest.phase) == .accepted)
    #expect(try await till.ledger.openCodes().isEmpty)
    #expect(try await till.ledger.totals().allOrders == 1)
  }

  @Test(arguments: ["1234", "13456789012345678x", "", "134567890123456789012345678"])
  func `What is no payment code is refused, and its digits are not said`(code: String) async throws {
    let till = try await till()
    try await till.checkout.key(.manual(Fen(12_00)))
    try await application(till).test(.router) { client in
      let answer = try await post(client, "/api/payment-code", #"{"code":"\#(code)"}"#)
      #expect(answer.hasPrefix("422"))
    }
    #expect(try await till.ledger.head().sequence == 0)
  }
}
