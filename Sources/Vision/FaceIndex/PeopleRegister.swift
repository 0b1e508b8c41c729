/// Who has which number. Kept in shelves, so that changing a copy of the register copies little.
struct PeopleRegister<Owner: Hashable & Sendable>: Sendable {
  private static var shelfSize: Int { 256 }

  private var shelves: [[Owner?]] = []
  private(set) var count = 0

  /// nil for a number that nobody has.
  subscript(number: Int32) -> Owner? {
    guard number >= 0, Int(number) / Self.shelfSize < shelves.count else { return nil }
    return shelves[Int(number) / Self.shelfSize][Int(number) % Self.shelfSize]
  }

  /// - Parameter number: one that nobody has, at most one more than the highest ever used.
  mutating func enter(_ owner: Owner, as number: Int32) {
    let (shelf, place) = Int(number).quotientAndRemainder(dividingBy: Self.shelfSize)
    if shelf == shelves.count { shelves.append(Array(repeating: nil, count: Self.shelfSize)) }
    shelves[shelf][place] = owner
    count += 1
  }

  mutating func strike(_ number: Int32) {
    shelves[Int(number) / Self.shelfSize][Int(number) % Self.shelfSize] = nil
    count -= 1
  }
}
