/// A face user as the till's library knows them.
public struct RecognisedUser: Sendable, Hashable, Codable {
  public let outUserID: OutUserID
  /// The platform's own number of this user, empty until the platform gave one.
  public let platformUserID: String
  /// What the student screen greets them with.
  public let displayName: String
  /// Whose prices and subsidies apply; nil for the list prices.
  public let group: UserGroup?

  public init(outUserID: OutUserID, platformUserID: String, displayName: String, group: UserGroup? = nil) {
    self.outUserID = outUserID
    self.platformUserID = platformUserID
    self.displayName = displayName
    self.group = group
  }

  private enum CodingKeys: String, CodingKey {
    case outUserID = "out_user_id"
    case platformUserID = "user_id"
    case displayName = "display_name"
    case group
  }
}
