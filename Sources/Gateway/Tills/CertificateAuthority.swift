import CanteenCore
import Crypto
import Foundation
import SwiftASN1
import X509

/// Makes each till's certificate. Tills and gateway trust nobody else.
struct CertificateAuthority: Sendable {
  private static let tillLifetime: TimeInterval = 3 * 365 * 86_400
  private static let ownLifetime: TimeInterval = 20 * 365 * 86_400

  private let key: P256.Signing.PrivateKey
  private let organization: OrganizationID

  init(key: P256.Signing.PrivateKey, organization: OrganizationID) {
    self.key = key
    self.organization = organization
  }

  /// The authority's own certificate, PEM.
  func certificate(at now: Timestamp) throws -> String {
    try issue(
      to: Certificate.PublicKey(key.publicKey), named: name(), lifetime: Self.ownLifetime, at: now,
      extensions: Certificate.Extensions {
        Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
        Critical(KeyUsage(keyCertSign: true))
      })
  }

  /// A certificate for the key in `request`, named after the till whatever the request says.
  func certificate(for terminal: TerminalID, request: CertificateSigningRequest, at now: Timestamp) throws
    -> String
  {
    try issue(
      to: request.publicKey, named: name(of: terminal), lifetime: Self.tillLifetime, at: now,
      extensions: Certificate.Extensions {
        Critical(BasicConstraints.notCertificateAuthority)
        Critical(KeyUsage(digitalSignature: true))
        try ExtendedKeyUsage([.clientAuth])
      })
  }

  private func issue(
    to publicKey: Certificate.PublicKey, named subject: DistinguishedName, lifetime: TimeInterval,
    at now: Timestamp, extensions: Certificate.Extensions
  ) throws -> String {
    let start = Date(timeIntervalSince1970: TimeInterval(now.secondsSince1970))
    return try Certificate(
      version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: publicKey,
      notValidBefore: start.addingTimeInterval(-300), notValidAfter: start.addingTimeInterval(lifetime),
      issuer: try name(), subject: subject, signatureAlgorithm: .ecdsaWithSHA256, extensions: extensions,
      issuerPrivateKey: Certificate.PrivateKey(key)
    ).serializeAsPEM().pemString
  }

  private func name(of terminal: TerminalID? = nil) throws -> DistinguishedName {
    try DistinguishedName {
      OrganizationName(organization.text)
      CommonName(terminal?.text ?? "Canteen gateway")
    }
  }
}
