/// Which layouts a camera is asked for, best first, given what it says it offers.
///
/// One that reaches the rate near the wanted size goes before a preferred one that does not: over USB 2 a camera
/// sends 1280×720 in YUYV ten times a second, and in MJPEG thirty times.
struct CaptureNegotiation {
  struct Candidate: Equatable {
    var format: PixelFormat
    /// In the driver's own letters; nil for ``PixelFormat/converted``.
    var code: UInt32?
    var width: Int
    var height: Int
  }

  private struct Ranked {
    var candidate: Candidate
    var isNear: Bool
    var reachesRate: Bool

    var tier: Int { isNear ? (reachesRate ? 0 : 1) : 2 }
  }

  static func candidates(
    offered: [(code: UInt32, sizes: [OfferedSize])], settings: CaptureSettings
  ) -> [Candidate] {
    let ranked = settings.formats.compactMap { format -> Ranked? in
      guard format != .converted else { return nil }
      let fitting = offered.filter { PixelFormat(code: $0.code) == format }
      return fitting.compactMap { best(format, $0.code, $0.sizes, settings) }.min { $0.tier < $1.tier }
    }
    // Sorting is stable: within a tier the order of preference stays.
    var candidates = ranked.sorted { $0.tier < $1.tier }.map(\.candidate)
    if settings.formats.contains(.converted) {
      candidates.append(
        Candidate(format: .converted, code: nil, width: settings.width, height: settings.height))
    }
    return candidates
  }

  private static func best(
    _ format: PixelFormat, _ code: UInt32, _ sizes: [OfferedSize], _ settings: CaptureSettings
  ) -> Ranked? {
    guard !sizes.isEmpty else {
      let wanted = Candidate(format: format, code: code, width: settings.width, height: settings.height)
      return Ranked(candidate: wanted, isNear: true, reachesRate: true)
    }
    let choices = sizes.map { size in
      let width = nearest(to: settings.width, in: size.width, step: size.widthStep)
      let height = nearest(to: settings.height, in: size.height, step: size.heightStep)
      let candidate = Candidate(format: format, code: code, width: width, height: height)
      let isNear =
        (settings.width * 2 / 3...settings.width * 2).contains(width)
        && (settings.height * 2 / 3...settings.height * 2).contains(height)
      let fastest = size.framesPerSecond.first
      // A camera of 29.97 frames is one of 30.
      let reaches = fastest.map { $0 >= Double(settings.framesPerSecond) * 0.95 } ?? true
      return Ranked(candidate: candidate, isNear: isNear, reachesRate: reaches)
    }
    return choices.min { lhs, rhs in
      (lhs.tier, distance(lhs.candidate, settings)) < (rhs.tier, distance(rhs.candidate, settings))
    }
  }

  /// Too small costs more than too large: missing pixels cannot be added.
  private static func distance(_ candidate: Candidate, _ settings: CaptureSettings) -> Int {
    func off(_ given: Int, _ wanted: Int) -> Int { given < wanted ? 4 * (wanted - given) : given - wanted }
    return off(candidate.width, settings.width) + off(candidate.height, settings.height)
  }

  private static func nearest(to wanted: Int, in range: ClosedRange<Int>, step: Int) -> Int {
    let clamped = min(max(wanted, range.lowerBound), range.upperBound)
    let steps = (clamped - range.lowerBound + step / 2) / step
    return min(range.lowerBound + steps * step, range.upperBound)
  }
}
