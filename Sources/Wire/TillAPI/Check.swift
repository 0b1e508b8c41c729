/// One line of the till's diagnosis.
public struct Check: Sendable, Equatable, Codable {
  public let name: String
  public let ok: Bool
  /// What was found, or what to do.
  public let message: String

  public init(_ name: String, ok: Bool, _ message: String) {
    self.name = name
    self.ok = ok
    self.message = message
  }

  /// Fails with what `work` throws.
  public init(_ name: String, _ work: () throws -> String) {
    do {
      self.init(name, ok: true, try work())
    } catch {
      self.init(name, ok: false, "\(error)")
    }
  }
}
