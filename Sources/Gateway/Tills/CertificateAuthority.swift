import CanteenCore
import Crypto
import Foundation
import Identity
import SwiftASN1
import X509

/// Certifies a school's gateway and its tills. They trust nobody else.
struct CertificateAuthority: Sendable {
  private static let ownLifetime: Duration = .seconds(20 * 365 * 86_400)
  /// The clock of a till may be behind.
  private static let backdating: Duration = .seconds(300)

  private let key: P256.Signing.PrivateKey
  private let organization: OrganizationID

  init(key: P256.Signing.PrivateKey, organization: OrganizationID) {
    self.key = key
    self.organization = organization
  }

  var publicKey: P256.Signing.PublicKey { key.publicKey }

  /// The authority's own certificate.
  func certificate(at now: Timestamp) throws -> Certificate { try certificate(for: self, at: now) }

  /// A certificate for another authority of the same name, by which whoever trusts this one believes that one.
  func certificate(for other: CertificateAuthority, at now: Timestamp) throws -> Certificate {
    try issue(
      to: Certificate.PublicKey(other.publicKey), named: DistinguishedName(authorityOf: organization),
      validity: CertificateValidity(from: now, until: now.advanced(by: Self.ownLifetime)),
      extensions: Certificate.Extensions {
        Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
        Critical(KeyUsage(keyCertSign: true))
      })
  }

  /// A certificate for the key in `request`, named after the till whatever the request says.
  func certificate(for terminal: TerminalID, request: CertificateSigningRequest, at now: Timestamp) throws
    -> Certificate
  {
    try issue(
      to: request.publicKey, named: DistinguishedName(till: terminal, of: organization),
      validity: CertificateValidity(from: now, until: now.advanced(by: CertificateValidity.ofTills)),
      extensions: Certificate.Extensions {
        Critical(BasicConstraints.notCertificateAuthority)
        Critical(KeyUsage(digitalSignature: true))
        try ExtendedKeyUsage([.clientAuth])
      })
  }

  /// A certificate for the gateway itself.
  ///
  /// - Parameter names: host names and IP addresses under which tills may know it.
  func certificate(
    forGateway gateway: P256.Signing.PublicKey, names: [String], validity: CertificateValidity
  ) throws -> Certificate {
    try issue(
      to: Certificate.PublicKey(gateway), named: DistinguishedName(gatewayOf: organization),
      validity: validity,
      extensions: Certificate.Extensions {
        Critical(BasicConstraints.notCertificateAuthority)
        Critical(KeyUsage(digitalSignature: true))
        try ExtendedKeyUsage([.serverAuth])
        SubjectAlternativeNames(
          names.map { name in
            name.addressBytes.map { .ipAddress(ASN1OctetString(contentBytes: $0[...])) } ?? .dnsName(name)
          })
      })
  }

  private func issue(
    to publicKey: Certificate.PublicKey, named subject: DistinguishedName, validity: CertificateValidity,
    extensions: Certificate.Extensions
  ) throws -> Certificate {
    func date(_ time: Timestamp) -> Date { Date(timeIntervalSince1970: TimeInterval(time.secondsSince1970)) }
    return try Certificate(
      version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: publicKey,
      notValidBefore: date(validity.from.advanced(by: .zero - Self.backdating)),
      notValidAfter: date(validity.until),
      issuer: DistinguishedName(authorityOf: organization), subject: subject,
      signatureAlgorithm: .ecdsaWithSHA256, extensions: extensions,
      issuerPrivateKey: Certificate.PrivateKey(key))
  }
}

extension Certificate {
  var pem: String { get throws { try serializeAsPEM().pemString } }
}
