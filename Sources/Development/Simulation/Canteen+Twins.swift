import CanteenCore
import FaultInjection

/// Neighbours in the list of students whose faces no camera can tell apart.
extension Canteen {
  static func makeTwins(among students: inout [Student], _ random: inout SeededRandom) {
    var index = 0
    while index + 1 < students.count {
      defer { index += 1 }
      guard random.chance(0.05) else { continue }
      let pair = [index, index + 1]
      let guardians = guardians(of: students[index].user.outUserID, &random)
      let faces = zip(pair, guardians).map { LibraryPerson(user: students[$0].user, guardian: $1) }
      for twin in pair { students[twin].faces = faces }
      // Twins like to eat together.
      if random.chance(0.6) {
        students[index + 1].arrivals = students[index].arrivals.map { $0 + random.pick(4...80) }
      }
      index += 1
    }
  }

  /// One account for both, one each, one each with phones that end alike, or none known for the second.
  private static func guardians(of twin: OutUserID, _ random: inout SeededRandom) -> [GuardianAccount?] {
    let tails = [random.pick(0...4_999), random.pick(5_000...9_999)].map { PhoneTail.padding($0) }
    let accounts = tails.enumerated().map { index, tail in
      tail.map { GuardianAccount(key: "\(twin)-\(index)", phoneTail: $0) }
    }
    return switch random.pick(0...9) {
    case 0...3: [accounts[0], accounts[0]]
    case 4: [accounts[0], tails[0].map { GuardianAccount(key: "\(twin)-1", phoneTail: $0) }]
    case 5: [accounts[0], nil]
    default: accounts
    }
  }
}

extension PhoneTail {
  static func padding(_ number: Int) -> PhoneTail? {
    let digits = String(number)
    return PhoneTail(String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits)
  }
}
