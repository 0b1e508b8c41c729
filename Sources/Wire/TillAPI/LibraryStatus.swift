public import CanteenCore

/// The till's face library: how large, how fresh, and where its lines are drawn.
public struct LibraryStatus: Sendable, Equatable, Codable {
  public let people: Int
  public let templates: Int
  public let threshold: Float
  public let margin: Float
  /// 0 while the library is too small to be measured.
  public let fittedOnPeople: Int
  public let version: Int64
  public let lastSync: Timestamp?
  public let lastError: String?

  public init(
    people: Int, templates: Int, threshold: Float, margin: Float, fittedOnPeople: Int, version: Int64,
    lastSync: Timestamp?, lastError: String?
  ) {
    self.people = people
    self.templates = templates
    self.threshold = threshold
    self.margin = margin
    self.fittedOnPeople = fittedOnPeople
    self.version = version
    self.lastSync = lastSync
    self.lastError = lastError
  }

  private enum CodingKeys: String, CodingKey {
    case people
    case templates
    case threshold
    case margin
    case fittedOnPeople = "fitted_on_people"
    case version
    case lastSync = "last_sync"
    case lastError = "last_error"
  }
}
