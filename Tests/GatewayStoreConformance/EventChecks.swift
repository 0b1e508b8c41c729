import CanteenCore
import CanteenTestSupport
import GatewayProtocol
import GatewayStore
import Testing

struct EventChecks {
  let subject: StoreUnderTest
  private var store: any SchoolStore { subject.store }

  init(subject: StoreUnderTest) {
    self.subject = subject
  }

  private func standing(_ user: String) throws -> TerminalEvent {
    .userStanding(UserStanding(user: try OutUserID(user), bar: .blocked))
  }

  private func heard(_ till: TerminalID, after cursor: Int64 = 0) async throws -> [TerminalEvent] {
    try await store.storedEvents(for: till, after: cursor, atMost: 100).compactMap { event in
      if case .told(let told) = event.content { told } else { nil }
    }
  }

  func addressees() async throws {
    let (one, other) = (try await store.pair("till-1"), try await store.pair("till-2"))
    #expect(
      try await store.commit(
        OrderDecision(events: [
          AddressedEvent(.told(try standing("s00001")), to: .till(one)),
          AddressedEvent(.told(try standing("s00002")), to: .otherTills(than: one)),
          AddressedEvent(.told(.leaseChanged), to: .everyTill),
        ])))
    #expect(try await heard(one) == [try standing("s00001"), .leaseChanged])
    #expect(try await heard(other) == [try standing("s00002"), .leaseChanged])
    let first = try #require(try await store.storedEvents(for: one, after: 0, atMost: 1).first)
    #expect(try await heard(one, after: first.cursor) == [.leaseChanged])
    let late = try await store.pair("till-3")
    #expect(try await heard(late).isEmpty)
  }

  func spendingIsSummedWhenRead() async throws {
    let (one, other) = (try await store.pair("till-1"), try await store.pair("till-2"))
    let (user, day) = (try OutUserID("s00001"), SchoolTime.noon.day)
    let event = AddressedEvent(.spending(of: user, on: day), to: .otherTills(than: one))
    #expect(
      try await store.commit(store.opening(.sample("ORDER-0001", period: "lunch"), at: one, telling: [event]))
    )
    // Another till's order of the same user, of which nobody told yet.
    var record = try await store.book(try .sample("ORDER-0002", amount: Fen(3_00)), at: other)
    record.settlement = record.settlement.kept(as: .voided, dueAt: nil)
    #expect(try await store.commit(OrderDecision(orders: [record])))
    let read = try await store.storedEvents(for: other, after: 0, atMost: 9)
    #expect(
      read.map(\.content) == [
        .spending(
          of: user, on: day,
          orders: [
            OrderOfDay(
              terminal: one, period: try MealPeriodID("lunch"), toCollect: Fen(12_00), state: .uploaded),
            OrderOfDay(terminal: other, period: nil, toCollect: Fen(3_00), state: .voided),
          ])
      ])
  }

  func noReaderSkipsAnEvent() async throws {
    let tills = [
      try await store.pair("till-1"), try await store.pair("till-2"), try await store.pair("till-3"),
    ]
    let stores = [store, subject.replica]
    let users = try (0..<40).map { try OutUserID("s\(10_000 + $0)") }
    for user in users { try await store.save(try .sample(user.text), at: noon) }
    let reading = Reading(expected: users.count)
    let writing = Task {
      try await withThrowingTaskGroup(of: Void.self) { group in
        for (writer, user) in users.enumerated() {
          group.addTask {
            let event = AddressedEvent(
              .told(.userStanding(UserStanding(user: user, bar: .blocked))), to: .everyTill)
            _ = try await stores[writer % 2].replace(
              .none, by: UserBars([.school]), of: user, telling: [event])
          }
        }
        try await group.waitForAll()
      }
    }
    let read = try await reading.all(readers: tills.count * 2) { reader, cursor in
      try await stores[reader % 2].storedEvents(for: tills[reader / 2], after: cursor, atMost: 3)
        .map { ($0.cursor, "\($0.content)") }
    } while: {
      writing
    }
    for (reader, texts) in read.enumerated() {
      let all = try await store.storedEvents(for: tills[reader / 2], after: 0, atMost: 1_000)
      #expect(all.count == users.count)
      #expect(texts == all.map { "\($0.content)" }, "reader \(reader) skipped something")
    }
  }

  func noReaderSkipsAPerson() async throws {
    let stores = [store, subject.replica]
    let users = (0..<40).map { "s\(10_000 + $0)" }
    let reading = Reading(expected: users.count)
    let writing = Task {
      try await withThrowingTaskGroup(of: Void.self) { group in
        for (writer, user) in users.enumerated() {
          group.addTask { try await stores[writer % 2].save(try .sample(user), at: noon) }
        }
        try await group.waitForAll()
      }
    }
    let read = try await reading.all(readers: 4) { reader, version in
      try await stores[reader % 2].libraryPart(after: version, atMost: 3).changes
        .map { ($0.version, $0.user.user.outUserID.text) }
    } while: {
      writing
    }
    for texts in read { #expect(texts.sorted() == users) }
  }

  func epochs() async throws {
    let till = try await store.pair("till-1")
    #expect(try await store.telling(.events, to: try TerminalID("nobody")) == nil)
    let fresh = try #require(try await store.telling(.events, to: till))
    #expect((fresh.told, fresh.last) == (0, 0))
    #expect(
      try await store.commit(
        OrderDecision(events: [AddressedEvent(.told(.leaseChanged), to: .everyTill)])))
    for cursor in [1, 9, 4] as [Int64] {
      #expect(try await store.note(told: cursor, of: .events, to: till, in: fresh.epoch))
    }
    #expect(
      try await store.telling(.events, to: till) == Telling(epoch: fresh.epoch, told: 9, last: 1))
    #expect(try await store.telling(.library, to: till)?.told == 0)

    let stores = [store, subject.replica]
    let drawn = try await withThrowingTaskGroup(of: Bool.self) { group in
      for turn in 0..<6 {
        group.addTask { try await stores[turn % 2].replaceEpoch(fresh.epoch, by: .random()) }
      }
      return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    #expect(drawn == 1)
    let next = try #require(try await store.telling(.events, to: till))
    #expect(next.epoch != fresh.epoch)
    #expect((next.told, next.last) == (0, 1), "nobody was told anything in this epoch")
    #expect(try await !store.note(told: 1, of: .events, to: till, in: fresh.epoch))
    #expect(try await heard(till) == [.leaseChanged])
    #expect(try await subject.afterDeath().telling(.events, to: till)?.epoch == next.epoch)
  }
}

/// Readers that go on by cursor while somebody writes.
private struct Reading {
  /// What the writers will have written.
  let expected: Int

  /// - Parameter part: what follows a cursor for one reader, each with its cursor.
  /// - Returns: what each reader read, when the writers were done and nothing more followed.
  func all(
    readers: Int,
    _ part: @escaping @Sendable (_ reader: Int, _ after: Int64) async throws -> [(Int64, String)],
    while writing: () -> Task<Void, any Error>
  ) async throws -> [[String]] {
    let writing = writing()
    return try await withThrowingTaskGroup(of: (Int, [String]).self) { group in
      for reader in 0..<readers {
        group.addTask {
          var (cursor, texts, isLast) = (Int64(0), [String](), false)
          while true {
            let some = try await part(reader, cursor)
            texts += some.map(\.1)
            cursor = some.last?.0 ?? cursor
            if some.isEmpty, isLast { return (reader, texts) }
            // Only what is read after the writers' end is the end.
            if some.isEmpty, texts.count >= expected {
              try await writing.value
              isLast = true
            }
            if some.isEmpty { await Task.yield() }
          }
        }
      }
      var read = [[String]](repeating: [], count: readers)
      for try await (reader, texts) in group { read[reader] = texts }
      return read
    }
  }
}
