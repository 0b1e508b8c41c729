import CanteenCore
import Concurrency
import Crypto
public import Foundation
import Gateway
import GatewayProtocol
import GatewayStore
import Logging
import PaymentPlatform
import Synchronization
import SystemService

/// How fast the gateway settles through a platform that takes its time, and takes in what tills send.
public struct GatewayBenchmark: Sendable {
  public struct Figures: Sendable, Encodable {
    /// Through a platform that takes 200 ms for a call, with 16 calls at once; 80 would be the limit.
    public var settledPerSecond = 0.0
    /// By how much one order whose call never ends puts off the last of the others.
    public var stalledDelay = 0.0
    public var tills = 0
    public var intakeMedian = 0.0
    public var intakeTail = 0.0

    private enum CodingKeys: String, CodingKey {
      case settledPerSecond = "settled_per_s"
      case stalledDelay = "one_stalled_delays_others_ms"
      case tills
      case intakeMedian = "intake_p50_ms"
      case intakeTail = "intake_p99_ms"
    }
  }

  private static let orders = 480
  private static let tills = 50
  private static let batchesPerTill = 12
  private static let ordersPerBatch = 5

  private let folder: URL
  private let progress: @Sendable (String) -> Void

  /// - Parameter folder: on the disk that is to be measured.
  public init(folder: URL, progress: @escaping @Sendable (String) -> Void) {
    self.folder = folder
    self.progress = progress
  }

  public func run() async throws -> Figures {
    var figures = Figures()
    progress(
      "\(Self.orders) orders through a platform that takes 200 ms, without and with one that never ends")
    let free = try await settle("free", stalled: false)
    let stalled = try await settle("stalled", stalled: true)
    figures.settledPerSecond = (Double(Self.orders) / (free / .seconds(1))).rounded(to: 1)
    figures.stalledDelay = max(0, (stalled - free).milliseconds).rounded(to: 0)
    progress("\(Self.batchesPerTill) batches from each of \(Self.tills) tills at once")
    let times = try await takeIn().sorted()
    figures.tills = Self.tills
    figures.intakeMedian = times[times.count / 2].milliseconds.rounded(to: 1)
    figures.intakeTail = times[times.count * 99 / 100].milliseconds.rounded(to: 1)
    return figures
  }

  /// - Returns: until the last order was paid but for the one that is stalled.
  private func settle(_ name: String, stalled: Bool) async throws -> Duration {
    let store = try SQLiteGatewayStore(path: folder.appending(path: "\(name).sqlite").path)
    let till = try await BenchTill(number: 1, paired: store)
    let platform = SlowPlatform(stalls: stalled ? till.firstNumber : nil)
    let scheduler = SettlementScheduler(
      store: store, platforms: SchoolPlatforms(platform), eventsWritten: Broadcast(0),
      wallClock: SystemWallClock(), clock: SystemMonotonicClock(), logger: Self.silence)
    let work = Task { await scheduler.run() }
    // It asks about whatever was open when it began; these come afterwards.
    try await Task.sleep(for: .milliseconds(200))
    for start in stride(from: 0, to: Self.orders, by: OrderUpload.mostEntries) {
      let count = min(OrderUpload.mostEntries, Self.orders - start)
      _ = try await LedgerIntake(store: store).take(
        till.entries(orders: count), of: till.paired, at: SystemWallClock().now())
    }
    let start = ContinuousClock.now
    scheduler.workArrived()
    await platform.waitUntilAnswered(Self.orders - (stalled ? 1 : 0))
    // The last answers are still to be written.
    while try await store.orders(atMost: Self.orders).count(where: { $0.state == "paid" })
      < Self.orders - (stalled ? 1 : 0)
    {
      try await Task.sleep(for: .milliseconds(5))
    }
    let time = start.duration(to: .now)
    platform.endStall()
    work.cancel()
    await work.value
    store.close()
    return time
  }

  /// - Returns: how long each batch took from its arrival until it was on disk.
  private func takeIn() async throws -> [Duration] {
    let store = try SQLiteGatewayStore(path: folder.appending(path: "intake.sqlite").path)
    let intake = LedgerIntake(store: store)
    var tills: [BenchTill] = []
    for number in 1...Self.tills { tills.append(try await BenchTill(number: number, paired: store)) }
    let times = try await withThrowingTaskGroup(of: [Duration].self) { group in
      for till in tills {
        group.addTask {
          var times: [Duration] = []
          for _ in 0..<Self.batchesPerTill {
            let entries = try till.entries(orders: Self.ordersPerBatch)
            let start = ContinuousClock.now
            _ = try await intake.take(entries, of: till.paired, at: SystemWallClock().now())
            times.append(start.duration(to: .now))
          }
          return times
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    store.close()
    return times
  }

  private static let silence = Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }
}

/// A till that signs orders one after the other.
private final class BenchTill: Sendable {
  let paired: PairedTerminal
  private let number: Int
  private let key: P256.Signing.PrivateKey
  private let end: Mutex<(sequence: Int64, hash: Data)>

  init(number: Int, paired store: SQLiteGatewayStore) async throws {
    self.number = number
    key = P256.Signing.PrivateKey()
    let paired = try await store.pair(
      TerminalID("till-\(number)"), deviceKey: key.publicKey.x963Representation,
      sealingKey: P256.KeyAgreement.PrivateKey().publicKey.x963Representation, at: SystemWallClock().now())
    guard let paired else { throw NotPaired() }
    self.paired = paired
    end = Mutex((0, LedgerEntry.firstPreviousHash))
  }

  private struct NotPaired: Error {}

  var firstNumber: String { name(1) }

  private func name(_ sequence: Int64) -> String { "BENCH\(number)X\(1_000_000 + sequence)" }

  func entries(orders: Int) throws -> [LedgerEntry] {
    try end.withLock { end in
      try (0..<orders).map { _ in
        let now = SystemWallClock().now()
        let user = RecognisedUser(
          outUserID: try OutUserID("s\(100_000 + end.sequence)"), platformUserID: "P", displayName: "甲")
        let order = Order(
          outTradeNumber: try OutTradeNumber(name(end.sequence + 1)), amount: Fen(12_00), amountMode: .fixed,
          day: SchoolTime(now, utcOffset: 480).day, acceptedAt: now,
          means: .face(
            FacePayment(
              user: user, recognition: .postRecognition, faceToken: String(repeating: "t", count: 1_200),
              evidence: .benchmark)))
        let entry = try LedgerEntry(
          terminal: paired.id, sequence: end.sequence + 1, previousHash: end.hash, recordedAt: now,
          payload: try CanonicalJSON.text(LedgerPayload.orderAccepted(order)), key: key)
        end = (entry.sequence, entry.hash)
        return entry
      }
    }
  }
}

extension RecognitionEvidence {
  fileprivate static let benchmark = RecognitionEvidence(
    score: 0.8, runnerUp: 0.2, threshold: 0.5, margin: 0.1, framesAgreed: 3, framesSeen: 3, people: 500,
    libraryVersion: 1,
    milliseconds: StageMilliseconds(detect: 1, embed: 1, search: 1, faceToDecision: 100))
}
