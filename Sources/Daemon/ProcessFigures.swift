import Foundation

/// What this process has used so far, as the kernel counts it.
public struct ProcessFigures: Sendable, Codable {
  public let cpuSeconds: Double
  /// Highest resident size.
  public let peakMemoryMegabytes: Double

  public static func now() -> ProcessFigures {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    return ProcessFigures(
      cpuSeconds: seconds(usage.ru_utime) + seconds(usage.ru_stime),
      peakMemoryMegabytes: Double(usage.ru_maxrss) / 1_024)
  }

  private enum CodingKeys: String, CodingKey {
    case cpuSeconds = "cpu_seconds"
    case peakMemoryMegabytes = "peak_rss_mb"
  }
}
