import HTTPTypes

extension HTTPField.Name {
  static let wechatpayTimestamp = named("Wechatpay-Timestamp")
  static let wechatpayNonce = named("Wechatpay-Nonce")
  static let wechatpaySerial = named("Wechatpay-Serial")
  static let wechatpaySignature = named("Wechatpay-Signature")
  static let wechatpaySignatureType = named("Wechatpay-Signature-Type")
  static let requestID = named("Request-ID")

  private static func named(_ text: String) -> HTTPField.Name {
    guard let name = HTTPField.Name(text) else { preconditionFailure("\(text) is a token of RFC 9110.") }
    return name
  }
}
