import CanteenCore
import PaymentPlatform

/// What a refused request for money means. The platform publishes no list of codes for this product, so those of its
/// other deduction products are read too.
extension PlatformRefusal {
  /// Its own trouble, by whatever status: the money may have moved.
  var leavesItOpen: Bool {
    ["SYSTEM_ERROR", "SYSTEMERROR", "BANK_ERROR", "BANKERROR"].contains(code)
  }

  /// It is asked too often, or does not want to be asked now.
  var standstillOfBusyness: Standstill? {
    let isBusy =
      status == 429
      || [
        "FREQUENCY_LIMITED", "FREQUENCY_LIMIT_EXCEED", "RATELIMIT_EXCEEDED", "RATE_LIMITED",
        "REQUEST_BLOCKED",
      ].contains(code)
    return isBusy ? Standstill(.busy(retryAfter: retryAfter), reason: words) : nil
  }

  /// Our key, clock, permission or settings are wrong, or the platform does not know us; nothing speaks of the order or
  /// the refund. Of a code that nobody knows it is not even certain that nothing moved.
  var standstillOfMerchant: Standstill? {
    let isOurs =
      status == 401
      || [
        "NO_AUTH", "NOAUTH", "SIGN_ERROR", "SIGNERROR", "APPID_MCHID_NOT_MATCH", "APPID_NOT_EXIST",
        "MCH_NOT_EXISTS", "MCHID_NOT_EXIST", "PARAM_ERROR",
      ].contains(code)
      || status == 404 && code == "NOT_FOUND"
    return isOurs ? Standstill(.merchant, reason: words) : nil
  }

  /// A `PARAM_ERROR` is ours where it names a field that the merchant's settings fill, or none at all.
  func isAbout(_ fields: Set<String>) -> Bool {
    guard let field else { return false }
    return field.split(whereSeparator: { "/.".contains($0) }).contains { fields.contains(String($0)) }
  }
}
