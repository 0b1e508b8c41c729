/// The `Authorization` header of API v3, taken apart.
///
/// `WECHATPAY2-SHA256-RSA2048 mchid="…",nonce_str="…",signature="…",timestamp="…",serial_no="…"`, the five
/// fields in any order, each once.
struct RequestAuthorization: Sendable, Equatable {
  let merchant: String
  let nonce: String
  let signature: String
  /// Seconds since 1970, as text: it is signed as it was written.
  let timestamp: String
  let certificateSerial: String

  /// - Returns: nil for anything else.
  init?(_ header: String) {
    let parts = header.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0] == "WECHATPAY2-SHA256-RSA2048" else { return nil }
    var fields: [Substring: String] = [:]
    for field in parts[1].split(separator: ",", omittingEmptySubsequences: false) {
      let pair = field.split(separator: "=", maxSplits: 1)
      guard pair.count == 2, pair[1].count >= 2, pair[1].first == "\"", pair[1].last == "\"" else {
        return nil
      }
      let value = pair[1].dropFirst().dropLast()
      guard !value.contains("\""), fields.updateValue(String(value), forKey: pair[0]) == nil else {
        return nil
      }
    }
    guard fields.count == 5, let merchant = fields["mchid"], let nonce = fields["nonce_str"],
      let signature = fields["signature"], let timestamp = fields["timestamp"],
      let certificateSerial = fields["serial_no"], !nonce.isEmpty
    else { return nil }
    self.merchant = merchant
    self.nonce = nonce
    self.signature = signature
    self.timestamp = timestamp
    self.certificateSerial = certificateSerial
  }
}
