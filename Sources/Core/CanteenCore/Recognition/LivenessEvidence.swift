/// What the till thinks stood before the camera. Numbers only, never a picture.
public struct LivenessEvidence: Sendable, Hashable, Codable {
  public let verdict: LivenessVerdict
  /// Samples the verdict rests on.
  public let samples: Int
  /// Each number that could be measured, by the name docs/liveness.md explains.
  public let cues: [String: Float]

  public init(verdict: LivenessVerdict, samples: Int, cues: [String: Float]) {
    self.verdict = verdict
    self.samples = samples
    self.cues = cues
  }
}

/// Whether a living face, or something that shows one, was presented.
public enum LivenessVerdict: Sendable, Hashable {
  case alive
  /// A print, a screen, a cut-out; said on strong evidence only.
  case artefact(ArtefactReason)
  /// The evidence is not clear; nobody is refused for it.
  case undecided
}

/// The evidence that an artefact was presented.
public enum ArtefactReason: String, Sendable, Hashable, Codable, CaseIterable {
  /// The face turned or travelled as a flat sheet does.
  case flat
  /// What is beside and above the head moves along with it.
  case surroundingsMove = "surroundings_move"
  /// The pattern of a display's grid on the face.
  case displayGrid = "display_grid"
  /// The infrared camera sees no face there.
  case noInfraredFace = "no_infrared_face"
  /// The infrared camera sees a face without features.
  case faintInfraredFace = "faint_infrared_face"
  /// A plugged-in detector said so.
  case detector
  /// It appeared where another face had just been, and did not prove to be alive.
  case tookAnothersPlace = "took_anothers_place"
}

extension LivenessVerdict: Codable {
  /// `alive`, `undecided`, or `artefact:` and the reason.
  private var text: String {
    switch self {
    case .alive: "alive"
    case .undecided: "undecided"
    case .artefact(let reason): Self.artefactPrefix + reason.rawValue
    }
  }

  private static let artefactPrefix = "artefact:"

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    switch text {
    case "alive": self = .alive
    case "undecided": self = .undecided
    default:
      guard text.hasPrefix(Self.artefactPrefix),
        let reason = ArtefactReason(rawValue: String(text.dropFirst(Self.artefactPrefix.count)))
      else {
        throw DecodingError.dataCorruptedError(
          in: container, debugDescription: "\"\(text)\" is no verdict on liveness")
      }
      self = .artefact(reason)
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}
