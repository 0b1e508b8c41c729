package import CanteenCore
package import Crypto
import Foundation
package import GatewayProtocol

/// Makes the face token by which the platform will take the money for one order.
///
/// On a certified box the platform's own SDK issues it; real K12 debits accept no other.
package protocol CredentialIssuer: Sendable {
  func faceToken(
    for user: RecognisedUser, amount: Fen, number: OutTradeNumber, under lease: Lease, at now: Timestamp
  ) throws -> String
}

/// Face tokens signed by the till's device key, as the sandbox takes them.
package struct DeviceCredentialIssuer: CredentialIssuer {
  /// Makes every token longer than 1.2 kB, as the platform's own are: whatever cuts one short is found here.
  private static let nonceSize = SymmetricKeySize(bitCount: 2_048)

  private let key: P256.Signing.PrivateKey

  package init(key: P256.Signing.PrivateKey) {
    self.key = key
  }

  package func faceToken(
    for user: RecognisedUser, amount: Fen, number: OutTradeNumber, under lease: Lease, at now: Timestamp
  ) throws -> String {
    try FaceTokenClaims(
      authinfo: lease.authinfo, device: lease.terminal, organization: lease.organization,
      merchant: lease.merchant, platformUserID: user.platformUserID, recognitionMode: 0, amount: amount,
      outTradeNumber: number, recognisedAt: now,
      nonce: SymmetricKey(size: Self.nonceSize).withUnsafeBytes { Array($0).hex }
    ).token(signedBy: key)
  }
}
