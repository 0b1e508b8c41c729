public import CanteenCore
import FaultInjection

/// One kind of trouble that may befall a lunch.
public enum Trouble: String, Sendable, Codable, CaseIterable {
  case networkLoss = "network_loss"
  case lostAnswers = "lost_answers"
  case lateBatches = "late_batches"
  case platformErrors = "platform_errors"
  case gatewayKills = "gateway_kills"
  case tillKills = "till_kills"
  case powerCuts = "power_cuts"
  case fullDisk = "full_disk"
  case clockJumps = "clock_jumps"
  case blockedUsers = "blocked_users"
  case poorUsers = "poor_users"
  case twins
  case voids
  case refunds
  /// Some show a payment code instead of their face; staff decide about codes whose outcome stays unclear.
  case paymentCodes = "payment_codes"
  /// Answers of a platform come late, from old copies, or refuse after the fact.
  case strangeAnswers = "strange_answers"
  /// Half of the users have their contract with another platform.
  case secondPlatform = "second_platform"
  /// Somebody has the key of a till and signs whatever they like.
  case hostileTill = "hostile_till"
  /// The clock by which the gateway settles is set.
  case gatewayClock = "gateway_clock"
  /// An old copy of a till's disk is put back, or its ledger is deleted.
  case oldDisks = "old_disks"
  /// A copy of a till's box sells beside it under the same name.
  case twoBoxes = "two_boxes"
  /// The gateway comes back from a backup.
  case gatewayBackups = "gateway_backups"
  /// Staff who try to give back what was not paid, to undo what is not theirs, and to guess a PIN.
  case hostileStaff = "hostile_staff"
  /// A portal answers in the gateway's place.
  case captivePortal = "captive_portal"
  /// Somebody between a till and the gateway repeats, holds back and makes up answers.
  case lyingProxy = "lying_proxy"
}

/// What a lunch is like; with the seed, it decides everything that happens.
public struct LunchPlan: Sendable, Codable, Equatable {
  public var seed: UInt64
  public var students: Int
  public var tills: Int
  public var troubles: Set<Trouble>

  public init(seed: UInt64, students: Int, tills: Int, troubles: Set<Trouble> = Set(Trouble.allCases)) {
    self.seed = seed
    self.students = students
    self.tills = tills
    self.troubles = troubles
  }

  /// Hundreds of students and several tills, as the seed says.
  public static func usual(seed: UInt64) -> LunchPlan {
    var random = SeededRandom(seed: seed, stream: "plan")
    return LunchPlan(seed: seed, students: random.pick(150...350), tills: random.pick(2...4))
  }
}

/// How a lunch ended.
public struct LunchResult: Sendable, Equatable {
  public var orders = 0
  public var kills = 0
  /// Orders of people who have look-alikes, by what told them apart.
  public var ordersOfLookAlikes: [SecondFactor: Int] = [:]
  public var wrongTails = 0
  /// How often each trouble really occurred.
  public var troubles: [String: Int] = [:]
  /// Orders that somebody was told of and that are not everywhere they should be.
  public var lost = 0
  public var duplicated = 0
  public var unexplainedFen: Int64 = 0
  /// Everything that should not be, in words.
  public var findings: [String] = []
  /// What happened, line by line.
  public var story: [String] = []

  public var isSound: Bool { findings.isEmpty && lost == 0 && duplicated == 0 && unexplainedFen == 0 }
}
