import Foundation

/// What this process has used so far, as the kernel counts it.
public struct ProcessFigures: Sendable, Codable {
  public let cpuSeconds: Double
  /// Highest resident size since ``MallocTuning/startUpIsOver()``, or since the start when it is not called.
  public let peakMemoryMegabytes: Double
  /// Resident size now.
  public let memoryMegabytes: Double

  public static func now() -> ProcessFigures {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    func megabytes(_ name: String) -> Double {
      let line = status.split(separator: "\n").first { $0.hasPrefix(name) }
      let kilobytes = line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Double($0) }
      return (kilobytes ?? 0) / 1_024
    }
    return ProcessFigures(
      cpuSeconds: seconds(usage.ru_utime) + seconds(usage.ru_stime),
      peakMemoryMegabytes: megabytes("VmHWM:"), memoryMegabytes: megabytes("VmRSS:"))
  }

  private enum CodingKeys: String, CodingKey {
    case cpuSeconds = "cpu_seconds"
    case peakMemoryMegabytes = "peak_rss_mb"
    case memoryMegabytes = "rss_mb"
  }
}
