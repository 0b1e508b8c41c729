/// Times of one thing, measured again and again.
///
/// `SuspendingClock` is the kernel's monotonic clock, which Python's `perf_counter_ns` reads as well.
struct Stopwatch {
  private(set) var times: [Duration] = []

  mutating func time<Answer>(_ work: () throws -> Answer) rethrows -> Answer {
    let start = SuspendingClock.now
    defer { times.append(start.duration(to: .now)) }
    return try work()
  }

  mutating func add(nanoseconds: [Int64]) { times += nanoseconds.map(Duration.nanoseconds) }

  /// - Parameter share: 0.5 for the median.
  func seconds(at share: Double = 0.5) -> Double {
    let sorted = times.sorted()
    guard !sorted.isEmpty else { return 0 }
    return sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))] / .seconds(1)
  }

  var microseconds: Double { (seconds() * 1e6).rounded(to: 2) }
}

extension Double {
  func rounded(to digits: Int) -> Double {
    var factor = 1.0
    for _ in 0..<digits { factor *= 10 }
    return (self * factor).rounded() / factor
  }
}
