public import CanteenCore

extension TillStatus {
  /// All orders of the ledger.
  public struct Orders: Sendable, Equatable, Codable {
    public let accepted: Int
    public let uploaded: Int
    public let paid: Int
    public let paidAmount: Fen
    public let unsent: Int
    /// The gateway has them, and the platform has not answered yet.
    public let waiting: Int

    public init(accepted: Int, uploaded: Int, paid: Int, paidAmount: Fen, unsent: Int, waiting: Int) {
      self.accepted = accepted
      self.uploaded = uploaded
      self.paid = paid
      self.paidAmount = paidAmount
      self.unsent = unsent
      self.waiting = waiting
    }

    private enum CodingKeys: String, CodingKey {
      case accepted
      case uploaded
      case paid
      case paidAmount = "paid_fen"
      case unsent
      case waiting
    }
  }

  /// What this run of the till has counted.
  public struct Counts: Sendable, Codable {
    public var frames = 0
    public var framesSkipped = 0
    public var framesBroken = 0
    public var facesSeen = 0
    public var identified = 0
    public var strangersRefused = 0
    /// Known faces shown by a print, a screen or a mask.
    public var artefactsRefused = 0
    public var ordersAccepted = 0
    /// How often look-alikes were asked for the phone tail, and what was typed.
    public var phoneTailsAsked = 0
    public var phoneTailsRight = 0
    public var phoneTailsWrong = 0

    public init() {}

    private enum CodingKeys: String, CodingKey {
      case frames
      case framesSkipped = "frames_skipped"
      case framesBroken = "frames_broken"
      case facesSeen = "faces_seen"
      case identified
      case strangersRefused = "strangers_refused"
      case artefactsRefused = "artefacts_refused"
      case ordersAccepted = "orders_accepted"
      case phoneTailsAsked = "phone_tails_asked"
      case phoneTailsRight = "phone_tails_right"
      case phoneTailsWrong = "phone_tails_wrong"
    }
  }

  /// Percentiles of a time in milliseconds; nil before the first.
  public struct Percentiles: Sendable, Codable {
    public let p50: Double?
    public let p95: Double?

    public init(of milliseconds: [Double]) {
      let sorted = milliseconds.sorted()
      func percentile(_ share: Double) -> Double? {
        guard !sorted.isEmpty else { return nil }
        let rank = Int((share * Double(sorted.count)).rounded(.up))
        return (sorted[max(0, min(sorted.count, rank) - 1)] * 10).rounded() / 10
      }
      p50 = percentile(0.5)
      p95 = percentile(0.95)
    }
  }

  /// What the till's process has used so far, as the kernel counts it.
  public struct Process: Sendable, Codable {
    public let cpuSeconds: Double
    /// Highest resident size since the start-up was over.
    public let peakMemoryMegabytes: Double
    /// Resident size now.
    public let memoryMegabytes: Double

    public init(cpuSeconds: Double, peakMemoryMegabytes: Double, memoryMegabytes: Double) {
      self.cpuSeconds = cpuSeconds
      self.peakMemoryMegabytes = peakMemoryMegabytes
      self.memoryMegabytes = memoryMegabytes
    }

    private enum CodingKeys: String, CodingKey {
      case cpuSeconds = "cpu_seconds"
      case peakMemoryMegabytes = "peak_rss_mb"
      case memoryMegabytes = "rss_mb"
    }
  }
}
