/// What one side took for the frames it worked on.
struct FrameTimes {
  private(set) var wall: [Int: Duration] = [:]
  private(set) var cpu: [Int: Duration] = [:]

  mutating func add(frame: Int, wall: Duration, cpu: Duration) {
    self.wall[frame] = wall
    self.cpu[frame] = cpu
  }

  /// CPU time of the frames, as a share of the camera's time for them.
  func cpuShare(frameInterval: Duration) -> Double {
    cpu.values.reduce(.zero, +) / (frameInterval * max(1, cpu.count))
  }

  /// CPU time over that of `other`, on the frames both worked on.
  func cpuRatio(to other: FrameTimes) -> Double {
    let shared = cpu.keys.filter { other.cpu[$0] != nil }
    let theirs = shared.reduce(Duration.zero) { $0 + (other.cpu[$1] ?? .zero) }
    return shared.reduce(Duration.zero) { $0 + (cpu[$1] ?? .zero) } / theirs
  }

  func wallMilliseconds(at share: Double, of frames: Set<Int>) -> Double {
    wall.filter { frames.contains($0.key) }.map { $0.value / .milliseconds(1) }.quantile(share)
  }
}

extension [Double] {
  /// 0 for nothing.
  func quantile(_ share: Double) -> Double {
    isEmpty ? 0 : sorted()[Swift.min(count - 1, Int(Double(count) * share))]
  }
}
