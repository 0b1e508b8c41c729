import CanteenCore
import Foundation
import Testing

struct PINGuardTests {
  private let (anna, ben): (OperatorID, OperatorID)
  private var guarding = PINGuard()

  init() throws {
    (anna, ben) = (try OperatorID("anna"), try OperatorID("ben"))
  }

  private func at(_ seconds: Int64) -> Timestamp {
    Timestamp(millisecondsSince1970: 1_795_147_200_000).advanced(by: .seconds(seconds))
  }

  @Test mutating func `The fifth wrong PIN closes an operator's keypad, each further one for longer`() {
    for _ in 1...5 {
      let wait = guarding.try(anna, at: at(0))
      #expect(wait == nil)
    }
    var waits = [
      guarding.try(anna, at: at(0)), guarding.try(anna, at: at(29)), guarding.try(anna, at: at(30)),
    ]
    #expect(waits == [.seconds(30), .seconds(1), nil])
    waits = [guarding.try(anna, at: at(31)), guarding.try(ben, at: at(31))]
    #expect(waits == [.seconds(59), nil], "others may go on")
    guarding.succeeded(anna)
    let after = guarding.try(anna, at: at(32))
    #expect(after == nil)
  }

  @Test mutating func `One's own PIN in between does not make the wrong ones for somebody else forgotten`() {
    var compared = 0
    for round in 0..<100 {
      if guarding.try(anna, at: at(Int64(round))) == nil { compared += 1 }
      if guarding.try(ben, at: at(Int64(round))) == nil { guarding.succeeded(ben) }
    }
    #expect(compared <= 8)
  }

  @Test mutating func `Many names do not get many more tries, and mistakes of the day before are forgotten`()
    throws
  {
    var compared = 0
    for number in 0..<1_000 {
      if guarding.try(try OperatorID("op-\(number)"), at: at(0)) == nil { compared += 1 }
    }
    #expect(compared == 20)
    let next = guarding.try(anna, at: at(86_400))
    #expect(next == nil)
    for _ in 1...4 { _ = guarding.try(anna, at: at(86_400)) }
    let closed = guarding.try(anna, at: at(86_400))
    #expect(closed == .seconds(30))
  }

  @Test mutating func `What was counted is kept, and a clock that is set back closes nothing for ever`()
    throws
  {
    for _ in 1...5 { _ = guarding.try(anna, at: at(0)) }
    var kept = try JSONDecoder().decode(PINGuard.self, from: JSONEncoder().encode(guarding))
    #expect(kept == guarding)
    let wait = kept.try(anna, at: at(-900_000))
    #expect(wait == .seconds(30), "as long as it would have been by the clock that was ahead")
    let after = kept.try(anna, at: at(-900_000 + 31))
    #expect(after == nil)
  }
}
