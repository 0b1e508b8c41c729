/// What a till does about liveness.
public enum LivenessPolicy: String, Sendable, Hashable, Codable, CaseIterable {
  /// Nothing is measured.
  case off
  /// Measured and kept with the order; nobody is refused.
  case record
  /// A face with the verdict ``LivenessVerdict/artefact(_:)`` does not pay.
  case enforce

  /// Whether a face with this verdict may pay.
  public func admits(_ verdict: LivenessVerdict) -> Bool {
    guard self == .enforce, case .artefact = verdict else { return true }
    return false
  }
}
