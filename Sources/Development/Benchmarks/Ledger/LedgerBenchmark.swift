import CanteenCore
import Crypto
public import Foundation
import GatewayProtocol
import GRDB
import OrderLedger
import SystemService

/// How fast the ledger is beside a bare SQLite insert of the same bytes with the same durability.
///
/// Both sides take turns in one run on one disk, so what the machine does meanwhile hits both. The ratio is
/// the result; the times alone are noise.
public struct LedgerBenchmark: Sendable {
  public struct Figures: Sendable, Encodable {
    /// Orders a second against bare inserts a second, one writer: above 0.8 is the aim.
    public var oneWriterRatio = 0.0
    /// The same with several writers at once, who share commits.
    public var severalWritersRatio = 0.0
    public var writers = 0
    public var orders = 0
    /// Median time of one durable order, for orientation.
    public var orderMilliseconds = 0.0
    /// Median append to the large ledger against one of a thousand entries, in turn.
    public var appendGrowth = 0.0
    public var largeLedgerEntries: Int64 = 0
    public var startSeconds = 0.0
    /// The part of the start that looks at every page of the file, which lies in memory here.
    public var pageCheckSeconds = 0.0
    /// Peak memory while the whole ledger is exported against while its first parts are: near 1 is the aim.
    public var exportMemoryGrowth = 0.0
    public var exportPeakMegabytes = 0.0
    public var dayReportMilliseconds = 0.0

    private enum CodingKeys: String, CodingKey {
      case oneWriterRatio = "one_writer_ratio"
      case severalWritersRatio = "several_writers_ratio"
      case writers
      case orders
      case orderMilliseconds = "order_ms"
      case appendGrowth = "append_growth"
      case largeLedgerEntries = "large_ledger_entries"
      case startSeconds = "start_s"
      case pageCheckSeconds = "page_check_s"
      case exportMemoryGrowth = "export_memory_growth"
      case exportPeakMegabytes = "export_peak_rss_mb"
      case dayReportMilliseconds = "day_report_ms"
    }
  }

  private static let writers = 8
  /// Orders that the writers share in one round.
  private static let batch = 50
  /// Many at once, to fill a ledger of a million orders in minutes.
  private static let fillers = 200

  private let folder: URL
  private let orders: Int
  private let largeLedger: Int
  private let key = P256.Signing.PrivateKey()
  private let progress: @Sendable (String) -> Void

  /// - Parameters:
  ///   - folder: on the disk that is to be measured.
  ///   - orders: how many each side books in each measurement.
  ///   - largeLedger: orders in the large ledger.
  public init(
    folder: URL, orders: Int, largeLedger: Int, progress: @escaping @Sendable (String) -> Void
  ) {
    self.folder = folder
    self.orders = orders
    self.largeLedger = largeLedger
    self.progress = progress
  }

  public func run() async throws -> Figures {
    var figures = Figures()
    figures.orders = orders
    figures.writers = Self.writers
    progress("one writer and several, beside bare inserts")
    let ledger = try open("ledger.sqlite")
    let bare = try BareInserts(path: folder.appending(path: "bare.sqlite").path)
    let payload = try CanonicalJSON.text(LedgerPayload.orderAccepted(order(0)))
    var (ours, theirs, together): ([Duration], [Duration], [Duration]) = ([], [], [])
    for index in 1...orders {
      let order = try order(index)
      // Nobody always comes first after the other's sync.
      for isOurs in index.isMultiple(of: 2) ? [true, false] : [false, true] {
        if isOurs {
          ours.append(try await timed { try await ledger.accept(order) })
        } else {
          theirs.append(try await timed { try await bare.insert(payload) })
        }
      }
      guard index.isMultiple(of: Self.batch) else { continue }
      let batch = try (0..<Self.batch).map { try self.order(1_000_000 + index + $0) }
      together.append(try await timed { try await acceptTogether(batch, on: ledger) } / Self.batch)
    }
    figures.orderMilliseconds = ours.median.milliseconds.rounded(to: 2)
    figures.oneWriterRatio = (theirs.median / ours.median).rounded(to: 2)
    figures.severalWritersRatio = (theirs.median / together.median).rounded(to: 2)
    ledger.close()
    try await measureLargeLedger(&figures)
    return figures
  }

  private func measureLargeLedger(_ figures: inout Figures) async throws {
    let (small, large) = (try open("small.sqlite"), try open("large.sqlite"))
    for index in 1...1_000 { try await small.accept(order(index)) }
    progress("filling a ledger with \(largeLedger) orders")
    for start in stride(from: 0, to: largeLedger, by: 10_000) {
      try await acceptTogether(
        (start..<min(start + 10_000, largeLedger)).map(order), on: large, writers: Self.fillers)
    }
    var (atThousand, atLarge): ([Duration], [Duration]) = ([], [])
    for index in 20_000_000..<20_000_200 {
      let order = try order(index)
      atThousand.append(try await timed { try await small.accept(order) })
      atLarge.append(try await timed { try await large.accept(order) })
    }
    small.close()
    figures.appendGrowth = (atLarge.median / atThousand.median).rounded(to: 2)
    figures.largeLedgerEntries = try await large.head().sequence
    let day = try SchoolDay("2026-11-20")
    figures.dayReportMilliseconds = try await timed { _ = try await large.tallies(of: day) }.milliseconds
      .rounded(to: 1)
    large.close()
    try await measureStarts(&figures)
    progress("exporting it")
    try await measureExport(&figures)
  }

  private func measureStarts(_ figures: inout Figures) async throws {
    let day = try SchoolDay("2026-11-21")
    let bare = Self.pageCheck(of: folder.appending(path: "large.sqlite").path)
    var (starts, checks): ([Duration], [Duration]) = ([], [])
    for _ in 0..<5 {
      starts.append(
        try await timed {
          let ledger = try open("large.sqlite")
          _ = try await ledger.dayBook(since: day)
          ledger.close()
        })
      checks.append(try await timed(bare))
    }
    figures.startSeconds = (starts.median / .seconds(1)).rounded(to: 2)
    figures.pageCheckSeconds = (checks.median / .seconds(1)).rounded(to: 2)
  }

  private static func pageCheck(of path: String) -> () async throws -> Void {
    {
      var configuration = Configuration()
      configuration.readonly = true
      let flaws = try await DatabaseQueue(path: path, configuration: configuration).read {
        try String.fetchAll($0, sql: "PRAGMA quick_check(3)")
      }
      precondition(flaws == ["ok"], "the large ledger is damaged")
    }
  }

  private func measureExport(_ figures: inout Figures) async throws {
    let (ledger, gateway) = (try open("large.sqlite"), P256.KeyAgreement.PrivateKey().publicKey)
    var (place, parts, early): (Int64, Int, Double) = (0, 0, 0)
    // The filling took more than the export will.
    try Data("5".utf8).write(to: URL(filePath: "/proc/self/clear_refs"))
    do {
      while true {
        let part = try await ledger.export(
          after: place, sealedTo: gateway, certificate: nil, at: FixedTime().now())
        _ = try part.line()
        (place, parts) = (part.last, parts + 1)
        if parts == Self.earlyParts { early = ProcessFigures.now().peakMemoryMegabytes }
      }
    } catch LedgerExportError.empty {}
    ledger.close()
    let peak = ProcessFigures.now().peakMemoryMegabytes
    figures.exportPeakMegabytes = peak.rounded(to: 1)
    figures.exportMemoryGrowth = early > 0 ? (peak / early).rounded(to: 2) : 1
  }

  private static let earlyParts = 4

  private func acceptTogether(
    _ orders: [Order], on ledger: OrderLedger, writers: Int = Self.writers
  ) async throws {
    let share = (orders.count + writers - 1) / writers
    try await withThrowingTaskGroup { group in
      for start in stride(from: 0, to: orders.count, by: share) {
        group.addTask {
          for order in orders[start..<min(start + share, orders.count)] { try await ledger.accept(order) }
        }
      }
      try await group.waitForAll()
    }
  }

  private func open(_ name: String) throws -> OrderLedger {
    try OrderLedger(
      path: folder.appending(path: name).path, terminal: TerminalID("till-1"), key: key,
      wallClock: FixedTime())
  }

  private func order(_ index: Int) throws -> Order {
    Order(
      outTradeNumber: try OutTradeNumber("20261120till1AB\(1_000_000_000 + index)"), amount: Fen(12_00),
      amountMode: .fixed, day: try SchoolDay("2026-11-20"), acceptedAt: FixedTime().now(),
      means: .face(
        FacePayment(
          user: RecognisedUser(
            outUserID: try OutUserID("s\(100_000 + index % 2_000)"), platformUserID: "P", displayName: "学生"),
          recognition: .postRecognition, faceToken: String(repeating: "t", count: 1_300), evidence: .typical))
    )
  }

  private func timed(_ work: () async throws -> Void) async throws -> Duration {
    let start = ContinuousClock.now
    try await work()
    return start.duration(to: .now)
  }
}

/// The peer: one row of the same bytes a commit by a prepared statement, WAL and `synchronous=FULL`.
private struct BareInserts {
  private let database: DatabasePool

  init(path: String) throws {
    database = try DatabasePool(path: path)
    try database.write {
      try $0.execute(sql: "CREATE TABLE row (id INTEGER PRIMARY KEY, payload TEXT NOT NULL)")
    }
    try database.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
  }

  func insert(_ payload: String) async throws {
    try await database.write {
      try $0.cachedStatement(sql: "INSERT INTO row (payload) VALUES (?)").execute(arguments: [payload])
    }
  }
}

private struct FixedTime: WallClock {
  func now() -> Timestamp { Timestamp(millisecondsSince1970: 1_795_147_200_000) }
}

extension RecognitionEvidence {
  fileprivate static let typical = RecognitionEvidence(
    score: 0.8, runnerUp: 0.2, threshold: 0.5, margin: 0.1, framesAgreed: 3, framesSeen: 3, people: 500,
    libraryVersion: 1,
    milliseconds: StageMilliseconds(detect: 1, embed: 1, search: 1, faceToDecision: 100))
}
