import CanteenCore
import Concurrency
import Foundation
import GatewayProtocol
import GatewayStore
import HTTPService
import HTTPTypes
import Hummingbird
import ServiceLifecycle

/// The gateway's interface for tills, version 1. See docs/protocol.md.
struct TerminalRoutes: Sendable {
  let store: any TerminalStore & EventStore
  let delivery: EventDelivery
  let intake: LedgerIntake
  let leases: LeaseIssuer
  let held: HeldLedgers
  let library: LibraryPublisher
  let scheduler: SettlementScheduler
  let exports: LedgerExportIntake
  let codes: CodePayments
  let eventsWritten: Broadcast<Int>
  let wallClock: any WallClock
  let clock: any MonotonicClock

  func add(to router: RouterGroup<TerminalContext>) {
    addCodes(to: router)
    router.post("v1/lease") { request, context in
      let terminal = context.terminal
      let body = try await request.json(LeaseRequest.self)
      return try Response.json(await leases.lease(for: terminal.id, body))
    }
    router.get("v1/library") { request, context in
      let terminal = context.terminal
      return try Response.json(await library.batch(for: terminal, saying: try place(of: request)))
    }
    router.post("v1/orders") { request, context in
      let terminal = context.terminal
      let upload = try await request.json(OrderUpload.self, atMost: 4 << 20)
      guard upload.entries.count <= OrderUpload.mostEntries else {
        throw HTTPRefusal(
          .badRequest, code: .tooMany, "A batch holds at most \(OrderUpload.mostEntries) entries.")
      }
      let answers = try await intake.take(
        upload.entries, of: terminal, from: context.address, heldThrough: upload.heldThrough ?? 0,
        at: wallClock.now())
      scheduler.workArrived()
      eventsWritten.increment()
      let held: SignedText? =
        if let question = upload.question { try await held.answer(question, of: terminal) } else { nil }
      return try Response.json(OrderUploadAnswer(answers: answers, held: held))
    }
    router.get("v1/ledger/end") { request, context in
      let terminal = context.terminal
      let nonce = request.uri.queryParameters["nonce"].map(String.init) ?? ""
      guard (1...HeldLedgerQuestion.longestNonce).contains(nonce.utf8.count) else {
        throw HTTPRefusal(
          .badRequest, code: .badNonce,
          "\"nonce\" must have 1 to \(HeldLedgerQuestion.longestNonce) characters.")
      }
      let question = HeldLedgerQuestion(
        about: try number("at", of: request, in: 0...Int64.max), nonce: nonce)
      return try Response.json(await held.answer(question, of: terminal))
    }
    router.get("v1/results") { request, context in
      let terminal = context.terminal
      let wait = try number("wait", of: request, in: 0...60)
      return try Response.json(
        await events(for: terminal.id, saying: try place(of: request), wait: .seconds(wait)))
    }
    router.get("v1/ledger") { request, context in
      let terminal = context.terminal
      let sequence = try number("after", of: request, in: 0...Int64.max)
      return try Response.json(
        OrderUpload(
          entries: await store.entries(of: terminal.id, after: sequence, atMost: OrderUpload.mostEntries)))
    }
    router.get("v1/ledger/strays") { request, context in
      let terminal = context.terminal
      return try Response.json(
        await store.strays(of: terminal.id, after: number("after", of: request, in: 0...Int64.max)))
    }
    router.post("v1/exports") { request, _ in
      let line = try await request.content(atMost: LedgerExport.mostBytes)
      return try Response.json(await exports.take(Data(line.readableBytesView)))
    }
  }

  private func addCodes(to router: RouterGroup<TerminalContext>) {
    router.post("v1/code-payments") { request, context in
      let terminal = context.terminal
      let body = try await request.json(CodePaymentRequest.self)
      return try Response.json(await codes.collect(body, for: terminal.id))
    }
    router.get("v1/code-payments/:number") { request, context in
      let terminal = context.terminal
      guard let number = try? OutTradeNumber(context.parameters.require("number")) else {
        throw HTTPRefusal(.badRequest, code: .badNumber, OutTradeNumberError().description)
      }
      return try Response.json(await codes.outcome(of: number, for: terminal.id))
    }
  }

  /// Answers at once when there are events, otherwise as soon as there are, or when the wait is over.
  private func events(for terminal: TerminalID, saying said: SaidPlace, wait: Duration) async throws
    -> TerminalEvents
  {
    try await delivery.events(for: terminal, saying: said) { cursor in
      try await waitForEvents(for: terminal, after: cursor, atMost: wait)
    }
  }

  private func waitForEvents(for terminal: TerminalID, after cursor: Int64, atMost wait: Duration)
    async throws
  {
    let (store, clock, written) = (store, clock, eventsWritten.values())
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        for await _ in written.cancelOnGracefulShutdown() {
          if try await !store.storedEvents(for: terminal, after: cursor, atMost: 1).isEmpty { return }
        }
      }
      group.addTask { try await clock.sleep(for: wait) }
      defer { group.cancelAll() }
      try await group.next()
    }
  }

  /// Reads `after=CURSOR&epoch=EPOCH`; a till of an earlier version sends no epoch.
  private func place(of request: Request) throws -> SaidPlace {
    let cursor = try number("after", of: request, in: 0...Int64.max)
    guard let text = request.uri.queryParameters["epoch"] else { return .unaware(cursor: cursor) }
    if text.isEmpty { return .aware(StorePlace(epoch: nil, cursor: cursor)) }
    guard let epoch = try? StoreEpoch(String(text)) else {
      throw HTTPRefusal(
        .badRequest, code: .badEpoch, "\"epoch\" must be one that this gateway gave, or empty.")
    }
    return .aware(StorePlace(epoch: epoch, cursor: cursor))
  }

  private func number(_ name: String, of request: Request, in range: ClosedRange<Int64>) throws -> Int64 {
    guard let text = request.uri.queryParameters[Substring(name)] else { return range.lowerBound }
    guard let number = Int64(text), range.contains(number) else {
      throw HTTPRefusal(.badRequest, code: .badNumber, "\"\(name)\" must be a whole number in \(range).")
    }
    return number
  }
}
