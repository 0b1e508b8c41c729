import CanteenCore
import Testing

struct EmbeddingTests {
  @Test(arguments: [
    ([Float](repeating: 1, count: 127), EmbeddingError.wrongDimension(127)),
    ([Float](repeating: .nan, count: 128), .notFinite),
    ([Float](repeating: .infinity, count: 128), .notFinite),
    ([Float](repeating: 0, count: 128), .noLength),
  ])
  func `Numbers that are no embedding are refused`(values: [Float], reason: EmbeddingError) {
    #expect(throws: reason) { try Embedding(scaling: values) }
  }

  @Test func `An embedding never prints its numbers`() throws {
    let embedding = try Embedding(scaling: [Float](repeating: 0.5, count: 128))
    var dumped = ""
    dump(embedding, to: &dumped)
    for text in ["\(embedding)", String(reflecting: embedding), dumped] {
      #expect(!text.contains("0.08"))
    }
  }
}

struct RetryScheduleTests {
  private let schedule = RetrySchedule(first: .seconds(1), longest: .seconds(60))

  @Test func `Waits double up to the longest`() {
    let waits = (1...8).map { schedule.delay(afterFailures: $0, jitter: 1) }
    #expect(waits == [1, 2, 4, 8, 16, 32, 60, 60].map { .seconds($0) })
  }

  @Test func `Jitter takes away at most half and many failures do not overflow`() {
    #expect(schedule.delay(afterFailures: 3, jitter: 0) == .seconds(2))
    #expect(schedule.delay(afterFailures: .max, jitter: 1) == .seconds(60))
  }
}

struct OrderStateTests {
  /// The whole table, as docs/orders.md shows it.
  private static let steps: [OrderState: Set<OrderState>] = [
    .accepted: [
      .queued, .uploaded, .paid, .advanced, .delayed, .riskRejected, .failed, .takenByStaff,
      .nothingToCollect,
      .voided,
    ],
    .queued: [
      .uploaded, .paid, .advanced, .delayed, .riskRejected, .failed, .takenByStaff, .nothingToCollect,
      .voided,
    ],
    .uploaded: [
      .paid, .advanced, .delayed, .riskRejected, .failed, .takenByStaff, .nothingToCollect, .voided,
    ],
    .delayed: [.paid, .advanced, .riskRejected, .failed, .voided],
    .paid: [.refunded], .advanced: [.refunded], .voided: [.refunded],
    .takenByStaff: [.voided], .nothingToCollect: [.voided],
    .riskRejected: [.voided], .failed: [.voided], .refunded: [],
  ]

  @Test(arguments: OrderState.allCases)
  func `An order takes the steps of the table and no other`(state: OrderState) {
    #expect(Set(OrderState.allCases.filter { state.canBecome($0) }) == Self.steps[state])
  }

  @Test func `No way leads back from refused or given back to paid`() {
    for state in [OrderState.failed, .riskRejected, .voided, .refunded] {
      #expect(!state.canBecome(.paid) && !state.canBecome(.advanced))
      #expect(!state.stands)
    }
  }
}
