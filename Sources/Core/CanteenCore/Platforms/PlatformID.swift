public enum PlatformSubject: Sendable {}

/// One payment platform, by the name it has in contracts, orders, bills and settings.
public typealias PlatformID = Identifier<PlatformSubject>

extension PlatformID {
  /// Orders, users and leases of early versions name no platform: this one is meant.
  public static let weChatPay = PlatformID(known: "wechat-pay")
}
