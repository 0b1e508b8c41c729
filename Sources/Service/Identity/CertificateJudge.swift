public import CanteenCore
import Foundation
import SwiftASN1
@_spi(DisableValidityCheck) public import X509

/// Judges the certificates of tills and gateways of one school, each question by itself, so that whoever is refused
/// hears why.
public struct CertificateJudge: Sendable {
  /// More than any certificate of ours takes.
  static let mostBytes = 4_096

  /// What the certificate's owner may be.
  public enum Role: Sendable, Hashable {
    case till
    /// At this host name or address.
    case gateway(host: String)
  }

  private let authorities: [Certificate]

  /// - Parameter authorities: whose signature counts.
  public init(authorities: [Certificate]) {
    self.authorities = authorities
  }

  /// - Parameters:
  ///   - bytes: as the other end showed it, DER.
  ///   - now: nil where nobody knows the time: then everything is judged but the dates.
  public func judge(_ bytes: [UInt8]?, as role: Role, at now: Timestamp?) async throws(CertificateFault)
    -> JudgedCertificate
  {
    guard let bytes else { throw .missing }
    guard bytes.count <= Self.mostBytes, let certificate = try? Certificate(derEncoded: bytes) else {
      throw .unreadable
    }
    return try await judge(certificate, as: role, at: now)
  }

  public func judge(_ certificate: Certificate, as role: Role, at now: Timestamp?)
    async throws(CertificateFault) -> JudgedCertificate
  {
    let judged = try JudgedCertificate(certificate)
    guard await isSigned(certificate) else { throw .wrongAuthority }
    guard certificate.isFor(role) else { throw .wrongRole }
    if case .gateway(let host) = role {
      guard await isSigned(certificate, under: ServerIdentityPolicy(host: host)) else {
        throw .wrongName(shown: certificate.names)
      }
    }
    try judged.validity.check(at: now)
    return judged
  }

  /// Makes sure that `introduction` is by an authority that counts, for the key of `successor`.
  public func accepts(_ successor: Certificate, introducedBy introduction: Certificate) async -> Bool {
    guard introduction.publicKey == successor.publicKey, introduction.subject == successor.subject,
      successor.publicKey.isValidSignature(successor.signature, for: successor),
      case .isCertificateAuthority = try? successor.extensions.basicConstraints,
      case .isCertificateAuthority = try? introduction.extensions.basicConstraints
    else { return false }
    return await isSigned(introduction)
  }

  /// Whether an authority that counts has signed it; dates are another question.
  private func isSigned(_ certificate: Certificate) async -> Bool {
    var verifier = Verifier(rootCertificates: CertificateStore(authorities)) {
      RFC5280Policy.withValidityCheckDisabled()
      ExtendedKeyUsageIsJudgedApart()
    }
    return await verifier.accepts(certificate)
  }

  private func isSigned(_ certificate: Certificate, under policy: ServerIdentityPolicy) async -> Bool {
    var verifier = Verifier(rootCertificates: CertificateStore(authorities)) {
      RFC5280Policy.withValidityCheckDisabled()
      policy
      ExtendedKeyUsageIsJudgedApart()
    }
    return await verifier.accepts(certificate)
  }
}

extension Verifier {
  fileprivate mutating func accepts(_ certificate: Certificate) async -> Bool {
    let result = await validate(leaf: certificate, intermediates: CertificateStore())
    if case .validCertificate = result { return true }
    return false
  }
}

/// ``Certificate/isFor(_:)`` looks at it, so it may be marked as critical.
private struct ExtendedKeyUsageIsJudgedApart: VerifierPolicy {
  let verifyingCriticalExtensions: [ASN1ObjectIdentifier] = [.X509ExtensionID.extendedKeyUsage]

  func chainMeetsPolicyRequirements(chain: UnverifiedCertificateChain) async -> PolicyEvaluationResult {
    .meetsPolicy
  }
}

extension ServerIdentityPolicy {
  fileprivate init(host: String) {
    let plain = host.trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
    if plain.isIPAddress {
      self.init(serverHostname: nil, serverIP: plain)
    } else {
      self.init(serverHostname: plain, serverIP: nil)
    }
  }
}

extension String {
  /// Whether it is an IPv4 or IPv6 address.
  public var isIPAddress: Bool { addressBytes != nil }

  /// The 4 or 16 bytes of an IP address, in network order; nil when it is none.
  public var addressBytes: [UInt8]? {
    var four = in_addr()
    if inet_pton(AF_INET, self, &four) == 1 { return withUnsafeBytes(of: four) { [UInt8]($0) } }
    var sixteen = in6_addr()
    if inet_pton(AF_INET6, self, &sixteen) == 1 { return withUnsafeBytes(of: sixteen) { [UInt8]($0) } }
    return nil
  }
}

extension Certificate {
  fileprivate func isFor(_ role: CertificateJudge.Role) -> Bool {
    guard let usage = try? extensions.extendedKeyUsage,
      case .notCertificateAuthority = try? extensions.basicConstraints
    else { return false }
    return switch role {
    case .till: usage.contains(.clientAuth)
    case .gateway: usage.contains(.serverAuth)
    }
  }

  /// The names and addresses a gateway's certificate is for.
  fileprivate var names: [String] {
    ((try? extensions.subjectAlternativeNames) ?? SubjectAlternativeNames()).compactMap { name in
      switch name {
      case .dnsName(let name): name
      case .ipAddress(let address): address.addressText
      default: nil
      }
    }
  }
}

extension ASN1OctetString {
  fileprivate var addressText: String? {
    let family: Int32
    switch bytes.count {
    case 4: family = AF_INET
    case 16: family = AF_INET6
    default: return nil
    }
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    guard inet_ntop(family, [UInt8](bytes), &text, socklen_t(text.count)) != nil else { return nil }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
