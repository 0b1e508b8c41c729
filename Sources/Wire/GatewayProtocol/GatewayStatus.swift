/// Where the gateway stands, for the school's staff.
public struct GatewayStatus: Codable, Sendable {
  public let people: Int
  public let payingPeople: Int
  public let libraryVersion: Int64
  /// Minutes the school's clock is ahead of UTC.
  public let utcOffset: Int

  public init(people: Int, payingPeople: Int, libraryVersion: Int64, utcOffset: Int) {
    self.people = people
    self.payingPeople = payingPeople
    self.libraryVersion = libraryVersion
    self.utcOffset = utcOffset
  }

  private enum CodingKeys: String, CodingKey {
    case people
    case payingPeople = "paying_people"
    case libraryVersion = "library_version"
    case utcOffset = "utc_offset_minutes"
  }
}
