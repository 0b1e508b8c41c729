import CanteenCore
import Testing

struct TrustedTimeTests {
  private let noon = Timestamp(millisecondsSince1970: 1_795_147_200_000)

  private func at(_ seconds: Int64) -> MonotonicInstant { MonotonicInstant(sinceStart: .seconds(seconds)) }

  @Test func `The gateway's time is counted on, whatever the box's clock says`() {
    var time = TrustedTime(floor: noon, startedAt: .start)
    time.gatewaySaid(noon, askedAt: at(10), answeredAt: at(12))
    let reading = time.reading(wall: noon.advanced(by: .seconds(-999_999)), at: at(111))
    #expect(reading.quality == .trusted)
    #expect(reading.time == noon.advanced(by: .seconds(100)))
  }

  @Test func `A clock behind what is known to have happened is not trusted, and records never go back`() {
    let time = TrustedTime(floor: noon, startedAt: .start)
    let reading = time.reading(wall: noon.advanced(by: .seconds(-3_600)), at: at(30))
    #expect(reading.quality == .untrusted)
    #expect(reading.time >= noon)
  }

  @Test func `A plausible clock is believed for a while and marked`() {
    let time = TrustedTime(floor: noon, startedAt: .start, unverifiedFor: .seconds(600))
    #expect(time.reading(wall: noon.advanced(by: .seconds(60)), at: at(60)).quality == .unverified)
    #expect(time.reading(wall: noon.advanced(by: .seconds(601)), at: at(601)).quality == .untrusted)
  }

  @Test func `A jump is what the monotonic clock did not do`() {
    var time = TrustedTime(floor: noon, startedAt: .start)
    #expect(time.look(wall: noon, at: at(0)) == nil)
    #expect(time.look(wall: noon.advanced(by: .seconds(63)), at: at(60)) == nil)
    #expect(time.look(wall: noon.advanced(by: .seconds(663)), at: at(120))?.by == .seconds(540))
    #expect(time.look(wall: noon, at: at(120))?.by == .seconds(-663))
  }

  @Test func `A till that starts again on a running box keeps the gateway's time`() {
    var time = TrustedTime(floor: noon, startedAt: .start)
    time.resume(TrustedTime.Anchor(time: noon, at: at(-300)))
    #expect(time.reading(wall: Timestamp(millisecondsSince1970: 0), at: at(0)).quality == .trusted)
    #expect(time.reading(wall: noon, at: at(0)).time == noon.advanced(by: .seconds(300)))
  }
}

struct OfflineFiguresTests {
  private func levels(_ change: (inout OfflineFigures) -> Void) -> [OfflineGauge: OfflineGauge.Level] {
    var figures = OfflineFigures()
    change(&figures)
    return figures.levels(
      under: OfflineLimits(orders: 100, amount: Fen(1_000_00), oldest: .seconds(1_000), freeDisk: 1_000))
  }

  @Test(arguments: [(79, nil), (80, OfflineGauge.Level.warning), (99, .warning), (100, .stop), (150, .stop)])
  func `Unsent orders warn at 80 % and stop at 100 %`(orders: Int, level: OfflineGauge.Level?) {
    #expect(levels { $0.unsentOrders = orders }[.unsentOrders] == level)
    #expect(levels { $0.unsentAmount = Fen(Int64(orders) * 10_00) }[.unsentAmount] == level)
    #expect(levels { $0.oldestUnsent = .seconds(orders * 10) }[.oldestUnsent] == level)
    #expect(levels { $0.lease = (used: .seconds(orders), lifetime: .seconds(100)) }[.leaseAge] == level)
  }

  @Test func `Ten minutes without a sync are a fault only while the network is up`() {
    #expect(levels { $0.sinceLibrarySync = .seconds(600) }.isEmpty)
    let faulty = levels {
      $0.sinceLibrarySync = .seconds(600)
      $0.networkIsUp = true
    }
    #expect(faulty == [.libraryAge: .warning])
    #expect(levels { $0.sinceLibrarySync = .seconds(36 * 3_600) } == [.libraryAge: .stop])
  }

  @Test func `A filling disk stops faces while there is room for what was sold`() {
    #expect(levels { $0.freeDisk = 2_000 }.isEmpty)
    #expect(levels { $0.freeDisk = 1_999 } == [.freeDisk: .warning])
    #expect(levels { $0.freeDisk = 999 } == [.freeDisk: .stop])
  }
}

struct DebitWindowsTests {
  /// 2026-11-20 in China.
  private func at(_ hour: Int, _ minute: Int = 0, day: Int = 0) -> Timestamp {
    Timestamp(millisecondsSince1970: 1_795_104_000_000 + Int64((day * 24 + hour) * 60 + minute) * 60_000)
  }

  @Test(arguments: [
    (12, 0, 1, 12, 30, 0), (13, 45, 1, 16, 0, 0), (19, 40, 1, 6, 0, 1), (2, 0, 1, 6, 0, 0),
    (12, 0, 5, 6, 0, 1),
  ])
  func `A delayed order is tried again in the platform's hours, five times a day`(
    hour: Int, minute: Int, debits: Int, expectedHour: Int, expectedMinute: Int, day: Int
  ) {
    let next = DeductionHours(terms: .unnamed, utcOffset: 480).next(
      after: at(hour, minute), deductionsToday: debits)
    #expect(next == at(expectedHour, expectedMinute, day: day))
  }
}
