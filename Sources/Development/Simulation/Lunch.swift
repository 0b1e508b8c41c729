import CanteenCore
import Crypto
import FaultInjection
public import Foundation
import Gateway
import GatewayProtocol
import GatewayStore
import OrderLedger
import PaymentPlatform
import Terminal

/// One whole lunch under virtual time, with the real rules, ledgers, stores, intake and scheduler, on disks and
/// a network that fail. The same plan gives the same lunch.
public actor Lunch {
  struct Till {
    let box: SimulatedTill.Box
    let network: SimulatedNetwork
    let sells: AmountMode
    var program: SimulatedTill?
    var runs = 0
    /// As it lies on the till's disk.
    var lease: Lease?
    var visit: Visit?
    var nextTrack = 0
    /// The ledger may hold what the gateway lacks; a running till is told so after each entry.
    var mayHaveUnsent = true
    /// The change of the gateway up to which events were read.
    var eventsRead = -1
    /// Everything somebody was shown as accepted here.
    var shown: [OutTradeNumber] = []
    /// The visit of each order: one visit may not be charged twice unless staff override.
    var visitsOfOrders: [OutTradeNumber: Int] = [:]
    /// What lay on its disk when somebody made a copy.
    var backup: DiskCopy?
    /// Another box that sells under this till's name.
    var copy: Copy?
    /// Its ledger may lack what somebody was shown, until support has recovered it.
    var isBehind = false
    /// Support is on its way.
    var isAwaitingSupport = false
    var pins = PINGuard()
    /// When PINs were compared that somebody guessed.
    var guesses: [Timestamp] = []
    /// What payment codes that were shown here are for; some of them never become an order.
    var codes: [OutTradeNumber: Fen] = [:]
  }

  /// One student in front of one till.
  struct Visit: Sendable {
    let number: Int
    let student: Int
    var track: Int
    /// Somebody is at the keypad.
    var isTyping = false
    var paysByCode = false
  }

  enum Event: Sendable {
    case arrival(student: Int, till: Int)
    case seen(till: Int, visit: Int)
    case identified(till: Int, visit: Int)
    /// The camera loses the face for a moment: the same student, a new track.
    case flicker(till: Int, visit: Int)
    case types(till: Int, visit: Int)
    case showsCode(till: Int, visit: Int)
    case decision(till: Int, visit: Int)
    case leaves(till: Int, visit: Int)
    case routine(till: Int)
    case debits
    /// A call to a platform has been on its way for long enough.
    case callGoesOn(Int)
    case trouble(Trouble)
    case heal(Trouble, till: Int)
    case restartTill(Int)
    case restartSchool
    case void(till: Int, OutTradeNumber)
    /// Support is called to a till whose ledger is not continuous.
    case recover(till: Int)
    case stopCopy(till: Int)
  }

  let plan: LunchPlan
  let folder: URL
  let canteen: Canteen
  let time: TrueTime
  let clock: VirtualClock
  let schoolClock: SchoolClock
  /// The first is for whoever names none.
  let platforms: [SimulatedPlatform]
  let calls = CallStand()
  let schoolKeys: SchoolKeys
  let schoolDisk: FaultyDisk
  var school: SimulatedSchool?
  var tills: [Till] = []
  var agenda = Agenda<Event>()
  var random: SeededRandom
  var troubleRandom: [Trouble: SeededRandom] = [:]
  var visits = 0
  var steps = 0
  /// When the scheduler next has something to do, and the change of the gateway for which that is known.
  var nextDue: MonotonicInstant?
  var dueKnownAt = -1
  var isWindingDown = false
  /// Visits in which staff let a second order through.
  var overriddenVisits: Set<Int> = []
  /// Orders that staff of the till that sold them voided or gave back, or tried to.
  var undoneByStaff: Set<String> = []
  let intruder: Intruder?
  var brokenTills: Set<Int> = []
  var schoolIsBroken = false
  var schoolBackup: DiskCopy?
  var schoolIsFromBackup = false
  /// What was paid before may be kept as unpaid until every till has sent its entries again.
  var schoolForgot = false
  let schoolFolder: URL
  /// What an intruder's till has signed so far.
  var signedByIntruder: [LedgerEntry] = []
  var result = LunchResult()

  /// - Parameter folder: where the ledgers and the store are; best in memory.
  public static func run(_ plan: LunchPlan, in folder: URL) async throws -> LunchResult {
    let lunch = try await Lunch(plan, in: folder)
    return try await lunch.run()
  }

  private init(_ plan: LunchPlan, in folder: URL) async throws {
    self.plan = plan
    self.folder = folder
    canteen = try Canteen(plan)
    clock = VirtualClock()
    time = TrueTime(clock: clock)
    schoolClock = SchoolClock(truth: time)
    let ids =
      [PlatformID.weChatPay] + (plan.troubles.contains(.secondPlatform) ? [Canteen.secondPlatform] : [])
    platforms = ids.map { [clock, calls] id in
      SimulatedPlatform(
        id, seed: plan.seed, isTroubled: plan.troubles.contains(.platformErrors),
        isStrange: plan.troubles.contains(.strangeAnswers), clock: clock, stand: calls)
    }
    schoolKeys = try SchoolKeys()
    intruder = plan.troubles.contains(.hostileTill) ? try Intruder() : nil
    random = SeededRandom(seed: plan.seed, stream: "lunch")
    schoolFolder = folder.appending(path: "school")
    try FileManager.default.createDirectory(at: schoolFolder, withIntermediateDirectories: true)
    schoolDisk = try FaultyDisk(folder: schoolFolder)
    for trouble in Trouble.allCases {
      troubleRandom[trouble] = SeededRandom(seed: plan.seed, stream: trouble.rawValue)
    }
  }

  private func run() async throws -> LunchResult {
    try await setUp()
    while !isOver, let (at, event) = agenda.next() {
      clock.advance(to: at)
      await perform(event)
      steps += 1
      if steps.isMultiple(of: 500) { await checkTheBooks() }
    }
    await windDown()
    await judge()
    await closeEverything()
    return result
  }

  private var isOver: Bool {
    clock.now.sinceStart > .seconds(Canteen.lunchBegins + Canteen.lunchTakes + 1_500)
  }

  // MARK: Setting up

  private func setUp() async throws {
    try startSchool()
    for student in canteen.students {
      platform(of: student.user).open(student.user.outUserID, balance: student.balance)
    }
    for index in 0..<plan.tills { try await addTill(index) }
    for (index, student) in canteen.students.enumerated() {
      for arrival in student.arrivals {
        agenda.add(.arrival(student: index, till: random.pick(0...plan.tills - 1)), at: at(arrival))
      }
    }
    for index in tills.indices { agenda.add(.routine(till: index), at: at(index)) }
    agenda.add(.debits, at: at(5))
    for trouble in Trouble.allCases where plan.troubles.contains(trouble) { planNext(trouble) }
    if plan.troubles.contains(.hostileTill) { try await pairIntruder() }
  }

  func platform(of user: RecognisedUser) -> SimulatedPlatform {
    platforms.first { $0.id == user.platform } ?? platforms[0]
  }

  /// What the platforms say happened to the money.
  var billed: [Reconciliation.Billed] { platforms.flatMap(\.billed) }

  var charges: [String: SimulatedPlatform.Charge] {
    platforms.reduce(into: [:]) { $0.merge($1.charges) { first, _ in first } }
  }

  private func addTill(_ index: Int) async throws {
    let id = try TerminalID("till\(index + 1)")
    let tillFolder = folder.appending(path: id.text)
    try FileManager.default.createDirectory(at: tillFolder, withIntermediateDirectories: true)
    let box = SimulatedTill.Box(
      id: id, folder: tillFolder, disk: try FaultyDisk(folder: tillFolder), key: P256.Signing.PrivateKey(),
      clock: BoxClock(truth: time))
    try await pair(id, key: box.key)
    tills.append(
      Till(
        box: box, network: SimulatedNetwork(terminal: id, time: time, plan: plan),
        sells: [.manual, .fixed, .menu, .count][index % 4]))
    tills[index].network.connect(to: school)
    await startTill(index)
    await renewLease(index)
  }

  func pair(_ id: TerminalID, key: P256.Signing.PrivateKey) async throws {
    _ = try await school?.store.pair(
      id, deviceKey: key.publicKey.x963Representation,
      sealingKey: schoolKeys.export.publicKey.x963Representation, at: time.now())
  }

  func startSchool() throws {
    let started = try SimulatedSchool(
      file: folder.appending(path: "school/gateway.sqlite"), keys: schoolKeys, plan: canteen.plan,
      platforms: platforms, time: time, clock: schoolClock)
    school = started
    dueKnownAt = -1
    for index in tills.indices { tills[index].eventsRead = -1 }
    for till in tills {
      till.network.connect(to: started)
      till.copy?.network.connect(to: started)
    }
  }

  func startTill(_ index: Int) async {
    tills[index].runs += 1
    let till = tills[index]
    do {
      let program = try await SimulatedTill(
        in: till.box, run: till.runs, sells: till.sells, lease: till.lease,
        gatewayKey: schoolKeys.signing.publicKey, transport: till.network, time: time)
      tills[index].program = program
      tills[index].mayHaveUnsent = true
      tills[index].eventsRead = -1
      await program.checkout.wakeCamera()
      await checkShownOrders(of: index, "after start \(till.runs)")
    } catch {
      find("\(till.box.id) does not start: \(error)")
    }
  }

  private func closeEverything() async {
    for till in tills {
      till.program?.ledger.close()
      till.copy?.program.ledger.close()
    }
    school?.store.close()
  }

  // MARK: Words

  func at(_ seconds: Int) -> MonotonicInstant { MonotonicInstant(sinceStart: .seconds(seconds)) }

  func after(_ seconds: Double) -> MonotonicInstant {
    clock.now.advanced(by: .milliseconds(Int64(seconds * 1_000)))
  }

  /// A trouble that has really occurred.
  func count(_ trouble: String) { result.troubles[trouble, default: 0] += 1 }

  func tell(_ line: @autoclosure () -> String) {
    result.story.append("\(clock.now.sinceStart.components.seconds) \(line())")
  }

  func find(_ finding: String) {
    result.findings.append(finding)
    tell("FOUND: \(finding)")
  }
}
