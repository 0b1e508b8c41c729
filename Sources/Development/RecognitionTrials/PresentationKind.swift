/// What is held, or stands, in front of the camera.
public enum PresentationKind: String, Sendable, Hashable, Codable, CaseIterable {
  /// A living head, with depth, that turns, sways, blinks and talks in front of a room.
  case bonaFide = "bona_fide"
  /// A flat print with its own background and a paper edge.
  case print
  /// The same print bent around an upright axis.
  case bentPrint = "bent_print"
  /// A phone, tablet or monitor that plays a film of a living head.
  case screen
  /// A print cut out along the head, held in front of the attacker's own.
  case cutOut = "cut_out"
  /// The same with holes through which the attacker's eyes look and blink.
  case cutOutWithEyes = "cut_out_with_eyes"

  /// Kinds that must be refused; ISO/IEC 30107-3 calls them presentation attack instrument species.
  public static let attacks = allCases.filter { $0 != .bonaFide }
}
