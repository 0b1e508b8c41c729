import CMalloc
import Foundation

/// Limits the freed memory that the C library keeps, so that a till fits beside its kiosk on a 1 GB box.
///
/// glibc gives every thread an arena of its own and lets the size from which blocks are mapped grow. Once
/// 40 MB of weights have been loaded, that keeps some 60 MB that nobody uses. One arena and fixed sizes cost
/// about 1 % of a core at 25 frames a second.
public enum MallocTuning {
  private static let blockSize: Int32 = 1 << 20

  /// Call before the first thread starts.
  public static func begin() {
    _ = mallopt(M_ARENA_MAX, 1)
    _ = mallopt(M_MMAP_THRESHOLD, blockSize)
    _ = mallopt(M_TRIM_THRESHOLD, blockSize)
  }

  /// Gives back what the start-up needed, and counts the peak of memory from here on.
  ///
  /// - Returns: the peak of the start-up in MB.
  public static func startUpIsOver() -> Double {
    let peak = ProcessFigures.now().peakMemoryMegabytes
    _ = malloc_trim(0)
    // 5 resets the kernel's high-water mark of this process; see proc(5).
    try? Data("5".utf8).write(to: URL(filePath: "/proc/self/clear_refs"))
    return peak
  }
}
