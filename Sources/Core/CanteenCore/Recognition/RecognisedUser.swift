/// A person of the library, as the tills know them.
public struct RecognisedUser: Sendable, Hashable {
  public let outUserID: OutUserID
  /// The platform that the guardian's contract is with.
  public let platform: PlatformID
  /// The platform's own number of this user, empty until the platform gave one.
  public let platformUserID: String
  /// What the student screen greets them with.
  public let displayName: String
  /// Whose prices and subsidies apply; nil for the list prices.
  public let group: UserGroup?

  public init(
    outUserID: OutUserID, platform: PlatformID = .weChatPay, platformUserID: String, displayName: String,
    group: UserGroup? = nil
  ) {
    self.outUserID = outUserID
    self.platform = platform
    self.platformUserID = platformUserID
    self.displayName = displayName
    self.group = group
  }
}

/// Users of WeChat Pay are written without a platform, as before users named theirs, so that signed entries
/// keep their bytes.
extension RecognisedUser: Codable {
  private enum CodingKeys: String, CodingKey {
    case outUserID = "out_user_id"
    case platform
    case platformUserID = "user_id"
    case displayName = "display_name"
    case group
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      outUserID: try container.decode(OutUserID.self, forKey: .outUserID),
      platform: try container.decodeIfPresent(PlatformID.self, forKey: .platform) ?? .weChatPay,
      platformUserID: try container.decode(String.self, forKey: .platformUserID),
      displayName: try container.decode(String.self, forKey: .displayName),
      group: try container.decodeIfPresent(UserGroup.self, forKey: .group))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(outUserID, forKey: .outUserID)
    if platform != .weChatPay { try container.encode(platform, forKey: .platform) }
    try container.encode(platformUserID, forKey: .platformUserID)
    try container.encode(displayName, forKey: .displayName)
    try container.encodeIfPresent(group, forKey: .group)
  }
}
