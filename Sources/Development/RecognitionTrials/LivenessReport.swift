public import CanteenCore

/// Error rates in the terms of ISO/IEC 30107-3, with exact 95 % bounds.
///
/// An attack counts as accepted unless it was called an artefact: undecided is not a refusal.
public struct LivenessReport: Sendable, Codable {
  public struct Outcome: Sendable, Codable {
    public let kind: PresentationKind
    public let number: Int
    /// nil when the till saw no usable face.
    public let evidence: LivenessEvidence?
  }

  /// One kind of presentation.
  public struct Row: Sendable, Codable {
    public let kind: PresentationKind
    public let presentations: Int
    /// Presentations without a usable face; they are not in the rate (non-response).
    public let unanswered: Int
    /// APCER of an attack, BPCER of the bona fide presentations.
    public let errors: Int
    public let rate: Double
    public let bounds: BinomialBounds
    /// Refused presentations by reason.
    public let reasons: [String: Int]
    public let alive: Int
  }

  public let seed: UInt64
  public let infrared: Bool
  public let rows: [Row]
  /// The highest APCER of all kinds; the standard allows no mean.
  public let apcer: Double
  public let bpcer: Double
  public let outcomes: [Outcome]

  init(seed: UInt64, infrared: Bool, outcomes: [Outcome]) {
    self.seed = seed
    self.infrared = infrared
    self.outcomes = outcomes
    rows = PresentationKind.allCases.compactMap { kind in
      Self.row(kind, of: outcomes.filter { $0.kind == kind })
    }
    apcer = rows.filter { $0.kind != .bonaFide }.map(\.rate).max() ?? 0
    bpcer = rows.first { $0.kind == .bonaFide }?.rate ?? 0
  }

  private static func row(_ kind: PresentationKind, of outcomes: [Outcome]) -> Row? {
    let answered = outcomes.compactMap(\.evidence)
    var reasons: [String: Int] = [:]
    for case .artefact(let reason) in answered.map(\.verdict) { reasons[reason.rawValue, default: 0] += 1 }
    let refused = reasons.values.reduce(0, +)
    let errors = kind == .bonaFide ? refused : answered.count - refused
    guard let bounds = BinomialBounds(errors: errors, trials: answered.count) else { return nil }
    return Row(
      kind: kind, presentations: outcomes.count, unanswered: outcomes.count - answered.count, errors: errors,
      rate: Double(errors) / Double(answered.count), bounds: bounds, reasons: reasons,
      alive: answered.count { $0.verdict == .alive })
  }
}
