import Testing

@testable import FaceIndex

struct RowRetirementTests {
  private var retirement = RowRetirement()
  private let first = [RowPlace(segment: 0, row: 1), RowPlace(segment: 0, row: 2)]
  private let second = [RowPlace(segment: 1, row: 3)]

  @Test mutating func `Rows that nobody can be reading are overwritten at once`() {
    #expect(retirement.publish(retiring: first) == first)
  }

  @Test mutating func `Rows wait for the last search that may read them`() {
    let one = retirement.beginReading(), other = retirement.beginReading()
    #expect(retirement.publish(retiring: first) == [])
    #expect(retirement.endReading(one) == [])
    #expect(retirement.endReading(other) == first)
  }

  @Test mutating func `A search that began after the change holds nothing back`() {
    let before = retirement.beginReading()
    #expect(retirement.publish(retiring: first) == [])
    let after = retirement.beginReading()
    #expect(retirement.endReading(before) == first)
    #expect(retirement.endReading(after) == [])
  }

  @Test mutating func `The oldest search holds back the rows of every later change`() {
    let oldest = retirement.beginReading()
    #expect(retirement.publish(retiring: first) == [])
    let later = retirement.beginReading()
    #expect(retirement.publish(retiring: second) == [])
    #expect(retirement.endReading(later) == [])
    #expect(retirement.endReading(oldest) == first + second)
  }

  @Test mutating func `The rows of an earlier change do not wait for searches that came after it`() {
    let oldest = retirement.beginReading()
    #expect(retirement.publish(retiring: first) == [])
    let later = retirement.beginReading()
    #expect(retirement.publish(retiring: second) == [])
    #expect(retirement.endReading(oldest) == first)
    #expect(retirement.endReading(later) == second)
  }

  @Test mutating func `A row is used again only after it was overwritten, and once`() {
    #expect(retirement.publish(retiring: first) == first)
    #expect(retirement.takeErased() == [])
    retirement.wereErased(first)
    #expect(retirement.takeErased() == first)
    #expect(retirement.takeErased() == [])
  }
}
