public import CanteenCore
public import Crypto
import Foundation
import SwiftASN1
public import X509

/// What a certificate says that was found to be what it says.
public struct JudgedCertificate: Sendable, Hashable {
  /// The common name: a till's is its own.
  public let name: String
  public let key: P256.Signing.PublicKey
  public let validity: CertificateValidity

  init(_ certificate: Certificate) throws(CertificateFault) {
    guard let key = P256.Signing.PublicKey(certificate.publicKey), let name = certificate.subject.commonName
    else { throw .unreadable }
    self.key = key
    self.name = name
    validity = certificate.validity
  }

  public static func == (lhs: Self, rhs: Self) -> Bool {
    lhs.name == rhs.name && lhs.validity == rhs.validity
      && lhs.key.rawRepresentation == rhs.key.rawRepresentation
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(name)
    hasher.combine(key.rawRepresentation)
  }
}

extension Certificate {
  public var validity: CertificateValidity {
    CertificateValidity(
      from: Timestamp(millisecondsSince1970: Int64(notValidBefore.timeIntervalSince1970) * 1_000),
      until: Timestamp(millisecondsSince1970: Int64(notValidAfter.timeIntervalSince1970) * 1_000))
  }
}

extension CertificateValidity {
  /// - Parameter now: nil where nobody knows the time; then dates are not judged.
  public func check(at now: Timestamp?) throws(CertificateFault) {
    guard let now else { return }
    switch standing(at: now) {
    case .notYet: throw .notYetValid(from)
    case .expired, .lapsed: throw .expired(until)
    case .good, .due: break
    }
  }
}
