public import CanteenCore
import Concurrency
import Crypto
public import FaceRecognition
import Foundation
import GatewayProtocol
import Logging
import OrderLedger
import Synchronization
import Terminal
import TillAPI

/// A till that sells before a scene: the real recognition, checkout and ledger, by the scene's time.
public struct TheatreTill {
  /// Whom a scene had charged, and when.
  public struct Outcome: Sendable {
    public struct Charge: Sendable {
      /// The number in the cast.
      public let person: Int
      /// Seconds from the beginning of the scene.
      public let at: Float
    }

    public var charges: [Charge] = []

    public func isRight(for scene: Scene) -> Bool {
      wrong(in: scene).isEmpty && doubles.isEmpty && missed(in: scene).isEmpty
    }

    public func wrong(in scene: Scene) -> [Charge] { charges.filter { !scene.mayPay.contains($0.person) } }

    /// People who were charged more than once.
    public var doubles: Set<Int> {
      Set(Dictionary(grouping: charges, by: \.person).filter { $0.value.count > 1 }.keys)
    }

    public func missed(in scene: Scene) -> Set<Int> { scene.mustPay.subtracting(charges.map(\.person)) }
  }

  private let recognizer: FaceRecognizer
  private let library: TheatreLibrary

  public init(recognizer: FaceRecognizer, library: TheatreLibrary) {
    self.recognizer = recognizer
    self.library = library
  }

  /// - Parameter tell: told what happens, line by line.
  public func play(_ scene: Scene, tell: (String) -> Void = { _ in }) async throws -> Outcome {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "canteen-theatre-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let clock = SceneClock()
    let core = try Self.core(in: folder, sells: scene.isFixedPrice ? .fixed : .manual, clock: clock)
    defer { core.ledger.close() }
    try await core.prover.prove()
    try await core.resume()
    await core.checkout.use(try Self.lease(at: core.clock.now()))
    await core.checkout.wakeCamera()
    var examiner = FaceExaminer(recognizer: recognizer, policy: IdentificationPolicy(), clock: clock)
    var cues = scene.cues
    var outcome = Outcome()
    for number in 0..<scene.frameCount {
      let moment = scene.moment(of: number)
      clock.advance(to: moment)
      await core.checkout.tick()
      while let next = cues.first, next.at <= moment {
        cues.removeFirst()
        try? await core.checkout.key(.manual(Fen(12_50)))
      }
      let frame = try scene.frame(number, at: clock.now)
      let sighting = try examiner.examine(frame, wanted: core.checkout.wish.latest.round, library: library)
      let flaws = sighting.flaws.map(\.rawValue).joined(separator: ",")
      let events = sighting.events.map { "\($0)".prefix(60) }.joined(separator: "; ")
      tell(
        "\(moment) s: \(sighting.faces) faces \(flaws) \(sighting.keepsSomebodyWaiting ? "waits" : "") \(events)"
      )
      let before = try await core.ledger.totals().allOrders
      await core.checkout.saw(sighting)
      guard try await core.ledger.totals().allOrders > before,
        let booked = try await core.ledger.recentOrders(atMost: 1).first,
        let user = try await core.ledger.order(OutTradeNumber(booked.outTradeNumber))?.user,
        let person = library.number(of: user.outUserID)
      else { continue }
      outcome.charges.append(.init(person: person, at: moment))
    }
    return outcome
  }

  private static let start = Timestamp(millisecondsSince1970: 1_795_141_800_000)
  private static let terminal: TerminalID = {
    guard let id = try? TerminalID("theatre") else { preconditionFailure("It is a name.") }
    return id
  }()

  private static func core(in folder: URL, sells: AmountMode, clock: SceneClock) throws -> SellingCore {
    let gateway = NoNetwork(terminal: terminal)
    return try SellingCore(
      at: SellingCore.Place(
        terminal: terminal, key: P256.Signing.PrivateKey(), gatewayKey: gateway.key.publicKey, folder: folder),
      rules: SellingCore.Rules(
        session: .init(sells: sells), sale: SaleRules(fixedPrice: Fen(9_00)),
        numbering: { _ in try OrderNumbering(prefix: "THEATRE-") }),
      clock: TillClock(system: SceneTime(clock: clock), clock: clock, floor: start), transport: gateway,
      monotonicClock: clock, logger: Logger(label: "theatre") { _ in SwiftLogNoOpLogHandler() })
  }

  private static func lease(at now: Timestamp) throws -> Lease {
    Lease(
      terminal: terminal, organization: try OrganizationID("O1000"), organizationName: "学校",
      authinfo: String(repeating: "a", count: 500),
      merchant: MerchantProfile(spMerchant: "1", subMerchant: "2"), limits: SpendingLimits(of: .unnamed),
      plan: .unplanned, offline: .usual, operators: [], exportKey: Data(), issuedAt: now,
      expiresAt: now.advanced(by: .seconds(3_600)))
  }

  /// The time of the scene; nothing waits on it.
  private final class SceneClock: MonotonicClock, Sendable {
    private let instant = Mutex(MonotonicInstant.start)

    var now: MonotonicInstant { instant.withLock { $0 } }
    var minimumResolution: Duration { .zero }

    func advance(to seconds: Float) {
      instant.withLock { $0 = .start.advanced(by: .milliseconds(Int64((seconds * 1_000).rounded()))) }
    }

    func sleep(until deadline: MonotonicInstant, tolerance: Duration?) async throws {
      preconditionFailure("Nothing waits in a theatre.")
    }
  }

  private struct SceneTime: WallClock {
    let clock: SceneClock

    func now() -> Timestamp { TheatreTill.start.advanced(by: clock.now.sinceStart) }
  }

  /// A gateway that holds nothing yet and then goes away.
  private struct NoNetwork: OrderTransport, CodeTransport {
    struct Away: Error {}

    let terminal: TerminalID
    let key = P256.Signing.PrivateKey()

    func held(_ question: HeldLedgerQuestion) async throws -> SignedText {
      let nothing = HeldLedger(terminal: terminal, nonce: question.nonce, end: 0, point: .start)
      return try SignedText(CanonicalJSON.text(nothing), purpose: .heldLedger, key: key)
    }
    func upload(_ upload: OrderUpload) async throws -> OrderUploadAnswer { throw Away() }
    func ownEntries(after sequence: Int64) async throws -> [LedgerEntry] { throw Away() }
    func strayEntries(after place: Int64) async throws -> StrayEntries { throw Away() }
    func collect(_ order: Order, with code: PaymentCode) async -> CodeOutcome {
      .unclear(reason: "no network")
    }
    func outcome(ofCodeFor number: OutTradeNumber) async -> CodeOutcome { .unclear(reason: "no network") }
  }
}

/// The cast as a till knows it, all but the last, who is enrolled nowhere; as strict as a library of a school.
public struct TheatreLibrary: FaceSearch {
  private static let peopleOfASchool = 500

  private let people: [(person: LibraryPerson, number: Int, templates: [Embedding])]

  /// - Parameter templates: of each person, in the order of the cast.
  public init(_ templates: [[Embedding]]) throws {
    people = try templates.dropLast().enumerated().map { number, templates in
      let user = RecognisedUser(
        outUserID: try OutUserID("person-\(number)"), platformUserID: "P\(number)", displayName: "\(number)")
      return (LibraryPerson(user: user), number, templates)
    }
  }

  func number(of user: OutUserID) -> Int? { people.first { $0.person.user.outUserID == user }?.number }

  public func match(_ face: Embedding) -> LibraryMatch {
    let ranked = people.map { known in
      LibraryMatch.Candidate(
        person: known.person, cosine: known.templates.map { face.cosine(to: $0) }.max() ?? -1)
    }.sorted { $0.cosine > $1.cosine }
    return LibraryMatch(best: ranked.first, runnerUp: ranked.dropFirst().first, libraryVersion: 1)
  }

  public func operatingPoint(for policy: IdentificationPolicy) -> OperatingPoint {
    policy.operatingPoint(for: .assumed, people: Self.peopleOfASchool)
  }
}
