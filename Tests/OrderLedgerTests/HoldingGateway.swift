import CanteenCore
import Crypto
import Foundation
import GatewayProtocol
import OrderLedger
import Synchronization

/// A gateway that keeps entries of one till as a gateway does: in a chain, each once, and says what it holds.
final class HoldingGateway: OrderTransport, Sendable {
  struct Away: Error {}

  private struct State {
    var entries: [LedgerEntry] = []
    var isAway = false
    /// Refuses what comes after so many entries, whatever it is.
    var takesAtMost = Int.max
    var changesAnswer: @Sendable (OrderUploadAnswer) -> OrderUploadAnswer = { $0 }
    var changesHeld: @Sendable (HeldLedger) -> HeldLedger = { $0 }
    /// Says that it has no more own entries after this one, whatever it holds.
    var tellsThrough = Int.max
    var strays: [LedgerEntry] = []
    var uploads = 0
    var heldThrough: Int64?
    var beforeAnswering: (@Sendable () async throws -> Void)?
  }

  let terminal: TerminalID
  let key = P256.Signing.PrivateKey()
  private let state = Mutex(State())

  init(for terminal: TerminalID) {
    self.terminal = terminal
  }

  var entries: [LedgerEntry] { state.withLock { $0.entries } }
  var uploads: Int { state.withLock { $0.uploads } }
  /// What the last upload said was sent before.
  var heldThrough: Int64? { state.withLock { $0.heldThrough } }

  func set(isAway: Bool) { state.withLock { $0.isAway = isAway } }
  func tells(through sequence: Int) { state.withLock { $0.tellsThrough = sequence } }
  /// Somebody carried them here after others had been taken in their place.
  func keep(strays: [LedgerEntry]) { state.withLock { $0.strays = strays } }
  func takes(atMost count: Int) { state.withLock { $0.takesAtMost = count } }

  /// Comes back from a backup.
  func restore(_ entries: [LedgerEntry]) { state.withLock { $0.entries = entries } }

  func change(answer: @escaping @Sendable (OrderUploadAnswer) -> OrderUploadAnswer) {
    state.withLock { $0.changesAnswer = answer }
  }

  func change(held: @escaping @Sendable (HeldLedger) -> HeldLedger) {
    state.withLock { $0.changesHeld = held }
  }

  func onceBeforeAnswering(_ work: @escaping @Sendable () async throws -> Void) {
    state.withLock { $0.beforeAnswering = work }
  }

  func upload(_ upload: OrderUpload) async throws -> OrderUploadAnswer {
    let answers = try state.withLock { state in
      if state.isAway { throw Away() }
      state.uploads += 1
      state.heldThrough = upload.heldThrough
      var answers: [OrderUploadAnswer.Answer] = []
      for entry in upload.entries {
        let isKnown = state.entries.contains { $0.hash == entry.hash }
        let isNext =
          entry.sequence == Int64(state.entries.count) + 1 && state.entries.count < state.takesAtMost
          && entry.previousHash == state.entries.last?.hash ?? LedgerEntry.firstPreviousHash
        if isNext { state.entries.append(entry) }
        answers.append(
          .init(
            sequence: entry.sequence, outcome: isKnown || isNext ? .stored : .refused,
            reason: isKnown || isNext ? nil : "the chain does not continue"))
        if !isKnown, !isNext { break }
      }
      return answers
    }
    guard let question = upload.question else { return OrderUploadAnswer(answers: answers) }
    let held = try await held(question)
    return state.withLock { $0.changesAnswer }(OrderUploadAnswer(answers: answers, held: held))
  }

  func ownEntries(after sequence: Int64) async throws -> [LedgerEntry] {
    try state.withLock { state in
      if state.isAway { throw Away() }
      return Array(state.entries.prefix(state.tellsThrough).dropFirst(Int(sequence)).prefix(2))
    }
  }

  func strayEntries(after place: Int64) async throws -> StrayEntries {
    state.withLock { state in
      let rest = state.strays.dropFirst(Int(place))
      return StrayEntries(entries: Array(rest.prefix(1)), next: rest.isEmpty ? nil : place + 1)
    }
  }

  func held(_ question: HeldLedgerQuestion) async throws -> SignedText {
    let work = state.withLock { state in
      defer { state.beforeAnswering = nil }
      return state.beforeAnswering
    }
    try await work?()
    let held = try state.withLock { state in
      if state.isAway { throw Away() }
      let end = Int64(state.entries.count)
      let sequence = min(end, question.sequence)
      let hash = sequence == 0 ? LedgerEntry.firstPreviousHash : state.entries[Int(sequence) - 1].hash
      return state.changesHeld(
        HeldLedger(
          terminal: terminal, nonce: question.nonce, end: end,
          point: LedgerPoint(sequence: sequence, hash: hash)))
    }
    return try SignedText(CanonicalJSON.text(held), purpose: .heldLedger, key: key)
  }
}
