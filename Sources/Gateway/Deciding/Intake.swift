import CanteenCore
import Foundation
import GatewayProtocol
import GatewayStore

/// Judges a till's entries in order and says what follows from each, without side effects.
///
/// An entry that is stored already is answered as the first time. The first entry that is not sound (wrong
/// chain, signature or content) is refused, and nothing after it is looked at; what came before is stored
/// (I9).
struct Intake: Sendable {
  private let terminal: PairedTerminal
  private let platform: PlatformID
  private let address: String?
  private let heldThrough: Int64
  private let isCarried: Bool
  private let now: Timestamp
  private let knownEnd: LedgerPoint
  private var end: LedgerPoint
  private var hashes: [Int64: Data]
  private var book: OrderBook
  private var new: [LedgerEntry] = []
  private var alarm: TerminalAlarm?

  private(set) var answers: [OrderUploadAnswer.Answer] = []

  /// - Parameters:
  ///   - address: where the till stood in the network; nil when somebody carried the entries here.
  ///   - heldThrough: up to here the gateway may have held the entries before, and forgotten them.
  ///   - platform: who is asked for orders that name nobody.
  init(
    of terminal: PairedTerminal, from address: String?, heldThrough: Int64, _ view: IntakeView,
    platform: PlatformID, isCarried: Bool, at now: Timestamp
  ) {
    self.isCarried = isCarried
    self.terminal = terminal
    self.platform = platform
    self.address = address
    self.heldThrough = heldThrough
    self.now = now
    knownEnd = view.end
    end = view.end
    hashes = view.hashes
    book = OrderBook(view.book)
  }

  /// Users of whose orders one was voided.
  var undone: Set<OutUserID> { book.undone }

  /// What is to be written for the entries that were taken.
  var decision: OrderDecision {
    var decision = book.decision
    if !new.isEmpty {
      decision.entries = NewEntries(
        terminal: terminal.id, writer: terminal.keys.own, after: knownEnd, entries: new, receivedAt: now)
    }
    decision.alarm = alarm.map { RaisedAlarm($0, over: terminal.id) }
    return decision
  }

  mutating func take(_ entries: [LedgerEntry]) {
    for entry in entries {
      switch judge(entry) {
      case .known:
        answers.append(.init(sequence: entry.sequence, outcome: .stored))
      case .next(let payload):
        let hash = entry.hash
        new.append(entry)
        hashes[entry.sequence] = hash
        end = LedgerPoint(sequence: entry.sequence, hash: hash)
        perform(payload, of: entry, wasHeld: entry.sequence <= heldThrough)
        answers.append(.init(sequence: entry.sequence, outcome: .stored))
      case .refused(let reason, let alarm):
        // A branch that somebody carried here accuses nobody who sells now.
        self.alarm = isCarried && alarm == .forked ? nil : alarm
        return answers.append(.init(sequence: entry.sequence, outcome: .refused, reason: reason))
      }
    }
  }

  private enum Judgement {
    case known
    case next(LedgerPayload)
    case refused(String, alarm: TerminalAlarm?)
  }

  private func judge(_ entry: LedgerEntry) -> Judgement {
    guard entry.terminal == terminal.id else {
      return .refused("the entry belongs to till \(entry.terminal)", alarm: nil)
    }
    guard terminal.keys.fit(entry) else {
      return .refused("the signature is not this till's", alarm: nil)
    }
    if let stored = hashes[entry.sequence] {
      return stored == entry.hash
        ? .known
        : .refused("another entry \(entry.sequence) is stored: the ledger has forked", alarm: .forked)
    }
    guard entry.sequence == end.sequence + 1 else {
      return .refused("entry \(end.sequence + 1) is missing before \(entry.sequence)", alarm: nil)
    }
    guard entry.previousHash == end.hash else {
      return .refused("the chain does not continue entry \(end.sequence)", alarm: .forked)
    }
    guard let payload = try? entry.decodedPayload() else {
      return .refused("the payload cannot be read; update the gateway first", alarm: nil)
    }
    if let flaw = flaw(of: payload) { return .refused(flaw, alarm: .unsound) }
    return .next(payload)
  }

  private func flaw(of payload: LedgerPayload) -> String? {
    guard case .broughtBack(let earlier) = payload else { return payload.flaw }
    guard earlier.terminal == terminal.id, terminal.keys.haveSigned(earlier) else {
      return "it brings back an entry that this till did not sign"
    }
    guard let said = earlier.broughtBackPayload else { return "it brings back what cannot be read" }
    return said.flaw
  }

  /// - Parameter wasHeld: the gateway may have held it before, done what it says, and forgotten it.
  private mutating func perform(_ payload: LedgerPayload, of entry: LedgerEntry, wasHeld: Bool) {
    switch payload {
    case .orderAccepted(let order):
      if book.order(order.outTradeNumber)?.isOtherSale(than: order, of: entry.terminal) == true {
        alarm = .unsound
      }
      book.open(order, from: entry, at: address, on: platform, at: now, wasHeld: wasHeld)
    // Opened only to be undone: whatever the code took is given back.
    case .codeClosed(let closed):
      book.open(
        closed.order, from: entry, at: address, on: platform, at: now, undoneFor: closed.reason,
        wasHeld: wasHeld)
    case .orderVoided(let void):
      // Only the till that sold an order may void it; our tills never try to void another's.
      if book.order(void.outTradeNumber).map({ $0.terminal == entry.terminal }) == false { alarm = .unsound }
      book.void(void, by: entry.terminal, at: now, wasHeld: wasHeld)
    case .refundRequested(let refund):
      if book.refund(refund.outRefundNumber)?.refund.isOther(than: refund) == true { alarm = .unsound }
      book.request(refund, by: entry.terminal, at: now, wasHeld: wasHeld)
    case .broughtBack(let earlier):
      if let said = earlier.broughtBackPayload, !isKnown(said, of: entry.terminal) {
        // Another part of this ledger may have reached a gateway that has forgotten it.
        perform(said, of: entry, wasHeld: true)
      }
    // What the gateway said itself, or what concerns only the till and its reports.
    case .orderResult, .refundResult, .userStanding, .shiftOpened, .shiftClosed, .staffAction, .clockJumped,
      .codePresented:
      break
    }
  }
}

extension Intake {
  /// Whether the order that is brought back is this till's and stored already: the same sale stood in both parts of
  /// its ledger.
  private func isKnown(_ said: LedgerPayload, of till: TerminalID) -> Bool {
    guard let order = said.orderToSettle, let known = book.order(order.outTradeNumber) else { return false }
    return known.terminal == till && known.order == order
  }
}

extension OrderRecord {
  /// Whether the till used one number for two sales.
  fileprivate func isOtherSale(than order: Order, of till: TerminalID) -> Bool {
    terminal == till
      && (self.order.toCollect != order.toCollect || self.order.user?.outUserID != order.user?.outUserID)
  }
}

extension Refund {
  /// Whether one number was used for two refunds.
  fileprivate func isOther(than refund: Refund) -> Bool {
    amount != refund.amount || outTradeNumber != refund.outTradeNumber
  }
}

extension LedgerPayload {
  /// What is wrong with the payload, the first thing found; our tills never write such a thing.
  fileprivate var flaw: String? {
    switch self {
    case .orderAccepted(let order): order.flaw.map { "order \(order.outTradeNumber): \($0)" }
    case .codeClosed(let closed): closed.order.flaw.map { "order \(closed.order.outTradeNumber): \($0)" }
    case .refundRequested(let refund): refund.flaw.map { "refund \(refund.outRefundNumber): \($0)" }
    default: nil
    }
  }
}

/// What has to be read before entries can be judged.
struct IntakeQuestion: Sendable, Equatable {
  private(set) var sequences: Set<Int64> = []
  private(set) var orders: Set<OutTradeNumber> = []
  private(set) var refunds: Set<OutRefundNumber> = []

  init(_ entries: [LedgerEntry]) {
    for entry in entries {
      sequences.insert(entry.sequence)
      if let payload = try? entry.decodedPayload() { ask(about: payload) }
    }
  }

  private mutating func ask(about payload: LedgerPayload) {
    switch payload {
    case .orderAccepted(let order): orders.insert(order.outTradeNumber)
    case .codeClosed(let closed): orders.insert(closed.order.outTradeNumber)
    case .orderVoided(let void): ask(about: void.outTradeNumber)
    case .refundRequested(let refund):
      orders.insert(refund.outTradeNumber)
      refunds.insert(refund.outRefundNumber)
    case .broughtBack(let earlier): earlier.broughtBackPayload.map { ask(about: $0) }
    default: break
    }
  }

  /// A void may become a refund, whose number is derived from the order's.
  private mutating func ask(about voided: OutTradeNumber) {
    orders.insert(voided)
    refunds.insert(Refund(undoing: voided, amount: .zero, reason: "").outRefundNumber)
  }
}
