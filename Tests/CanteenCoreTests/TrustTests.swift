import CanteenCore
import Testing

struct CertificateValidityTests {
  private let noon = Timestamp(millisecondsSince1970: 1_795_147_200_000)

  private func standing(after days: Double) -> CertificateValidity.Standing {
    CertificateValidity(from: noon, until: noon.advanced(by: CertificateValidity.ofTills))
      .standing(at: noon.advanced(by: .seconds(days * 86_400)))
  }

  @Test func `A till's certificate is renewed from day 15, and up to 120 days after it expired`() {
    #expect(standing(after: -0.001) == .notYet)
    #expect(standing(after: 0) == .good)
    #expect(standing(after: 14.9) == .good)
    #expect(standing(after: 15) == .due)
    #expect(standing(after: 30) == .due)
    #expect(standing(after: 30.1) == .expired)
    #expect(standing(after: 150) == .expired)
    #expect(standing(after: 150.1) == .lapsed)
  }
}

struct PairingPatienceTests {
  private let noon = Timestamp(millisecondsSince1970: 1_795_147_200_000)

  private func wait(_ ago: [Int]) -> Duration? {
    PairingPatience.wait(after: ago.map { noon.advanced(by: .seconds(-$0)) }, at: noon)
  }

  @Test func `Two slips cost no time, and from the third on the pause doubles`() {
    #expect(wait([]) == nil)
    #expect(wait([0, 0]) == nil)
    #expect(wait([0, 0, 0]) == .seconds(1))
    #expect(wait([5, 4, 1]) == nil)
    #expect(wait([9, 9, 9, 9, 0]) == .seconds(4))
    #expect(wait(Array(repeating: 9, count: 9) + [0]) == .seconds(128))
    #expect(wait(Array(repeating: 9, count: 14) + [0]) == .seconds(300), "five minutes at the most")
  }

  @Test func `Twenty wrong tries close pairing until the first is an hour old`() {
    #expect(wait([3_500] + Array(repeating: 400, count: 19)) == .seconds(100))
    #expect(
      wait([3_600] + Array(repeating: 400, count: 19)) == nil, "nineteen are left, and the pause is over")
  }

  @Test func `A clock that was set back does not close pairing for as long`() {
    #expect(wait([-9_000, -9_000, -9_000]) == .seconds(1))
  }
}
