import CanteenCore
import CanteenTestSupport
import Crypto
import Foundation
import GatewayProtocol
import GatewayStore
import Testing

/// When everything happens that says nothing else: noon of a school day.
let noon = Timestamp(millisecondsSince1970: 1_795_147_200_000)

extension TerminalStore {
  /// Pairs a till, as a box with a code does.
  @discardableResult
  func pair(_ name: String) async throws -> TerminalID {
    let paired = try await pair(
      TerminalID(name), deviceKey: P256.Signing.PrivateKey().publicKey.x963Representation,
      sealingKey: P256.KeyAgreement.PrivateKey().publicKey.x963Representation, at: noon)
    return try #require(paired).id
  }
}

extension OrderStore where Self: TerminalStore {
  /// What a till's next entry makes of an order: stored, opened, and told to `addressee`.
  func opening(
    _ order: Order, at till: TerminalID, dueAt: Timestamp? = noon,
    platform: PlatformID = .weChatPay,
    telling events: [AddressedEvent] = []
  ) async throws -> OrderDecision {
    let end = try await chainEnd(of: till)
    let entry = LedgerEntry(
      terminal: till, sequence: end.sequence + 1, previousHash: end.hash, recordedAt: noon,
      payload: try CanonicalJSON.text(LedgerPayload.orderAccepted(order)), signature: Data(count: 64))
    return OrderDecision(
      entries: NewEntries(terminal: till, after: end, entries: [entry], receivedAt: noon),
      orders: [
        OrderRecord(
          order: order, terminal: till, sequence: entry.sequence, platform: platform,
          tillAddress: "10.0.0.7",
          settlement: Settlement(of: order, at: noon).kept(dueAt: dueAt))
      ], events: events)
  }

  /// Books an order.
  @discardableResult
  func book(_ order: Order, at till: TerminalID, dueAt: Timestamp? = noon) async throws -> OrderRecord {
    #expect(try await commit(opening(order, at: till, dueAt: dueAt)))
    return try await record(order.outTradeNumber)
  }

  func record(_ number: OutTradeNumber) async throws -> OrderRecord {
    try #require(try await bookView(of: [number]).orders.first)
  }
}

extension EnrolledUser {
  static func sample(_ id: String, mayPay: Bool = true, platform: PlatformID = .weChatPay) throws
    -> EnrolledUser
  {
    EnrolledUser(
      user: RecognisedUser(
        outUserID: try OutUserID(id), platform: platform, platformUserID: "P-\(id)", displayName: "甲"),
      mayPay: mayPay,
      shots: SealedShots(
        origin: EmbeddingOrigin(modelSHA256: "abc", engine: "opencv-4.6", aligner: 1), bytes: Data([1, 2])),
      sealedGuardian: Data([3]))
  }
}

extension RefundSettlement {
  /// As it might be kept later.
  func kept(dueAt: Timestamp?) -> RefundSettlement {
    RefundSettlement(
      state: state, refundID: refundID, reason: reason,
      calls: CallHistory(
        doubt: calls.doubt, attempts: calls.attempts, failures: calls.failures, dueAt: dueAt),
      concludedAt: concludedAt)
  }
}

extension Settlement {
  /// As it might be kept later.
  func kept(
    as state: OrderState? = nil, dueAt: Timestamp?, attempts: Int? = nil, transactionID: String? = nil,
    void: String? = nil, doubt: Doubt? = nil
  ) -> Settlement {
    Settlement(
      state: state ?? self.state, transactionID: transactionID, reason: reason, void: void,
      calls: CallHistory(
        doubt: doubt, attempts: attempts ?? calls.attempts, failures: calls.failures, dueAt: dueAt),
      attemptsOfDay: attemptsOfDay, concludedAt: concludedAt, mayBeSent: mayBeSent)
  }
}
