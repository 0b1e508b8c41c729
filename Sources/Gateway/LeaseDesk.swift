import CanteenCore
import Crypto
import Foundation
import GatewayProtocol

/// Gives tills the right to recognise and book, and renews it.
struct LeaseDesk: Sendable {
  let platform: any PaymentPlatform
  let organization: OrganizationID
  let organizationName: String
  let merchant: MerchantProfile
  let limits: SpendingLimits
  let key: P256.Signing.PrivateKey
  let wallClock: any WallClock

  func lease(for terminal: TerminalID, rawData: String) async throws -> SignedText {
    let authinfo = try await platform.authinfo(for: terminal, rawData: rawData)
    let now = wallClock.now()
    let lease = Lease(
      terminal: terminal, organization: organization, organizationName: organizationName, authinfo: authinfo,
      merchant: merchant, limits: limits, issuedAt: now, expiresAt: now.advanced(by: Lease.lifetime))
    return try SignedText(CanonicalJSON.text(lease), purpose: .lease, key: key)
  }
}
