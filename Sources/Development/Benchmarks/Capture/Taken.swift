import Foundation

/// What some work took: elapsed time, and CPU time of this thread.
struct Taken {
  let wall: Duration
  let cpu: Duration

  static func by<Result>(_ work: () throws -> Result) rethrows -> (Result, Taken) {
    let cpu = time(of: CLOCK_THREAD_CPUTIME_ID)
    let wall = ContinuousClock.now
    let result = try work()
    return (
      result, Taken(wall: wall.duration(to: .now), cpu: time(of: CLOCK_THREAD_CPUTIME_ID) - cpu)
    )
  }

  /// What all threads of this process took so far.
  static func processTime() -> Duration { time(of: CLOCK_PROCESS_CPUTIME_ID) }

  private static func time(of clock: clockid_t) -> Duration {
    var time = timespec()
    unsafe clock_gettime(clock, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }
}

extension [Duration] {
  /// Zero for nothing.
  var median: Duration { isEmpty ? .zero : sorted()[count / 2] }
}
