package import CanteenCore
package import Crypto
import Foundation
package import GatewayProtocol

/// Makes the face token by which the platform will take the money for one order.
///
/// On a certified box the platform's own SDK issues it; real K12 deductions accept no other.
package protocol CredentialIssuer: Sendable {
  /// - Parameter mode: how the user was recognised, as the platform counts it.
  func faceToken(
    for user: RecognisedUser, by mode: TokenRecognition, amount: Fen, number: OutTradeNumber,
    under lease: Lease, at now: Timestamp
  ) throws -> String
}

/// The platform's recognition modes.
package enum TokenRecognition: Int, Sendable {
  case faceAlone = 0
  /// The face, and the phone tail that told it from others.
  case faceAndPhoneTail = 1

  init(_ evidence: RecognitionEvidence) {
    self = evidence.secondFactor == .phoneTail ? .faceAndPhoneTail : .faceAlone
  }
}

/// Face tokens signed by the till's device key, as the sandbox takes them.
package struct DeviceCredentialIssuer: CredentialIssuer {
  /// Makes every token longer than 1.2 kB, as the platform's own are: whatever truncates one is noticed.
  private static let nonceSize = SymmetricKeySize(bitCount: 2_048)

  private let key: P256.Signing.PrivateKey

  package init(key: P256.Signing.PrivateKey) {
    self.key = key
  }

  package func faceToken(
    for user: RecognisedUser, by mode: TokenRecognition, amount: Fen, number: OutTradeNumber,
    under lease: Lease, at now: Timestamp
  ) throws -> String {
    guard let credential = lease.credential(for: user.platform) else {
      throw NoCredential(platform: user.platform)
    }
    return try FaceTokenClaims(
      authinfo: credential.text, device: lease.terminal, organization: lease.organization,
      merchant: MerchantProfile(credential), platformUserID: user.platformUserID,
      recognitionMode: mode.rawValue,
      amount: amount,
      outTradeNumber: number, recognisedAt: now,
      nonce: SymmetricKey(size: Self.nonceSize).withUnsafeBytes { Array($0).hex }
    ).token(signedBy: key)
  }
}

/// The lease brings nothing by which this user's platform would take the money.
private struct NoCredential: Error, CustomStringConvertible {
  let platform: PlatformID

  var description: String {
    "The lease has no credential for \(platform), where this user's contract is; see the gateway's log, or "
      + "take the money by hand."
  }
}
