public enum PlatformSubject: Sendable {}

/// One payment platform, by the name it has in contracts, orders, bills and settings.
public typealias PlatformID = Identifier<PlatformSubject>

extension PlatformID {
  /// The only platform there was before orders named theirs: what names none is this one's.
  public static let weChatPay = PlatformID(known: "wechat-pay")
}
