import CanteenCore
import PaymentPlatform

/// What a refused request for money means. The platform publishes no list of codes for this product, so those of its
/// other deduction products are read too.
extension PlatformRefusal {
  /// Its own trouble, by whatever status: the money may have moved.
  var leavesItOpen: Bool { ["SYSTEM_ERROR", "SYSTEMERROR", "BANK_ERROR", "BANKERROR"].contains(code) }

  /// It is asked too often, or does not want to be asked now.
  var standstillOfBusyness: Standstill? {
    let isBusy =
      status == 429
      || [
        "FREQUENCY_LIMITED", "FREQUENCY_LIMIT_EXCEED", "RATELIMIT_EXCEEDED", "RATE_LIMITED",
        "REQUEST_BLOCKED",
        "SYSTEM_BUSY", "SYSTEMBUSY",
      ].contains(code)
    return isBusy ? Standstill(.busy(retryAfter: retryAfter), reason: words) : nil
  }

  /// Nothing speaks of the order or the refund: our key, permission or settings are wrong, or nobody knows what it means.
  var standstillOfMerchant: Standstill { Standstill(.merchant, reason: words) }

  /// A `PARAM_ERROR` is ours where it names a field that the merchant's settings fill, or none at all.
  func isAbout(_ fields: Set<String>) -> Bool {
    guard let field else { return false }
    return field.split(whereSeparator: { "/.".contains($0) }).contains { fields.contains(String($0)) }
  }
}
