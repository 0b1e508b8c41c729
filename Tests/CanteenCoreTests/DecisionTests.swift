import CanteenCore
import Testing

struct SequentialDecisionTests {
  private func look(_ user: String, _ cosine: Float, runnerUp: Float = 0) throws -> SequentialDecision.Look {
    func candidate(_ id: String, _ cosine: Float) throws -> LibraryMatch.Candidate {
      .init(
        user: RecognisedUser(outUserID: try OutUserID(id), platformUserID: "", displayName: ""),
        cosine: cosine)
    }
    return SequentialDecision.Look(
      match: LibraryMatch(
        best: try candidate(user, cosine), runnerUp: try candidate("other", runnerUp), libraryVersion: 4),
      detect: .milliseconds(5), embed: .milliseconds(20), search: .zero)
  }

  private func decide(_ looks: [SequentialDecision.Look]) -> [SequentialDecision.Verdict] {
    var decision = SequentialDecision(policy: IdentificationPolicy(), facePresentAt: .start)
    return looks.map { decision.add($0, at: .start) }
  }

  @Test func `Three looks that agree name the person, two do not`() throws {
    let verdicts = decide([try look("s00001", 0.8), try look("s00001", 0.7), try look("s00001", 0.6)])
    #expect(verdicts[0] == .undecided)
    #expect(verdicts[1] == .undecided)
    guard case .identified(let user, let evidence) = verdicts[2] else {
      Issue.record("not identified")
      return
    }
    #expect(user.outUserID.text == "s00001")
    #expect(evidence.framesAgreed == 3)
    #expect(abs(evidence.score - 0.7) < 1e-6)
    #expect(evidence.libraryVersion == 4)
    #expect(evidence.milliseconds.embed == 20)
  }

  @Test func `A look under the threshold does not count`() throws {
    let verdicts = decide([try look("s00001", 0.8), try look("s00001", 0.49), try look("s00001", 0.8)])
    #expect(verdicts.last == .undecided)
  }

  @Test func `A look whose runner-up is near does not count`() throws {
    let verdicts = decide(Array(repeating: try look("s00001", 0.8, runnerUp: 0.75), count: 8))
    #expect(verdicts.last == .notRecognised)
  }

  @Test func `Looks for two persons never add up`() throws {
    let verdicts = decide([
      try look("s00001", 0.8), try look("s00001", 0.8), try look("s00002", 0.8), try look("s00001", 0.8),
    ])
    #expect(verdicts[2] == .notRecognised)
    #expect(verdicts[3] == .notRecognised)
  }

  @Test func `A stranger is refused after eight looks`() throws {
    let verdicts = decide(Array(repeating: try look("s00001", 0.2), count: 8))
    #expect(verdicts.dropLast().allSatisfy { $0 == .undecided })
    #expect(verdicts.last == .notRecognised)
  }
}

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
