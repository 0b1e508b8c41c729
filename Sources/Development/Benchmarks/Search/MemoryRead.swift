import CMemoryRead

/// Reads memory in order, in every way the machine has; the quickest is its bandwidth for one thread.
@safe final class MemoryRead {
  private let bytes: Int
  private let memory: UnsafeMutableRawPointer
  private var watches = [Stopwatch](repeating: Stopwatch(), count: Int(CANTEEN_MEMORY_READ_WAYS))

  /// nil without memory.
  init?(bytes: Int) {
    guard let memory = unsafe canteen_memory_create(bytes) else { return nil }
    self.bytes = bytes
    unsafe self.memory = memory
  }

  deinit { unsafe canteen_memory_destroy(memory, bytes) }

  func readOnce() {
    for way in watches.indices where unsafe canteen_memory_read(memory, 256, UInt32(way)) == 0 {
      _ = watches[way].time { unsafe canteen_memory_read(memory, bytes, UInt32(way)) }
    }
  }

  var bytesPerSecond: Double {
    let best = watches.filter { !$0.times.isEmpty }.map { $0.seconds() }.min() ?? .infinity
    return Double(bytes) / best
  }
}
