import CanteenCore
import Crypto
import Foundation
import Identity
import SwiftASN1
import Testing
import X509

struct CertificateJudgeTests {
  private let school: OrganizationID
  private let authorityKey = P256.Signing.PrivateKey()
  private let noon = Timestamp(millisecondsSince1970: 1_795_147_200_000)

  init() throws {
    school = try OrganizationID("O1000")
  }

  private enum Kind {
    case authority
    case till(String)
    case gateway([String])
    /// A till's that says it may certify others.
    case ambitious
  }

  private func certificate(
    _ kind: Kind, by signer: P256.Signing.PrivateKey, key: P256.Signing.PrivateKey = .init(),
    from: Int64 = -60, until: Int64 = 86_400
  ) throws -> Certificate {
    let (subject, extensions): (DistinguishedName, Certificate.Extensions) =
      switch kind {
      case .authority:
        (
          try DistinguishedName(authorityOf: school),
          try Certificate.Extensions { Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0)) }
        )
      case .till(let name):
        (
          try DistinguishedName(till: TerminalID(name), of: school),
          try Certificate.Extensions {
            Critical(BasicConstraints.notCertificateAuthority)
            try ExtendedKeyUsage([.clientAuth])
          }
        )
      case .ambitious:
        (
          try DistinguishedName(till: TerminalID("till-1"), of: school),
          try Certificate.Extensions {
            Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
            try ExtendedKeyUsage([.clientAuth, .serverAuth])
          }
        )
      case .gateway(let names):
        (
          try DistinguishedName(gatewayOf: school),
          try Certificate.Extensions {
            Critical(BasicConstraints.notCertificateAuthority)
            try ExtendedKeyUsage([.serverAuth])
            SubjectAlternativeNames(
              names.map { name in
                name.addressBytes.map { .ipAddress(ASN1OctetString(contentBytes: $0[...])) } ?? .dnsName(name)
              })
          }
        )
      }
    func date(_ seconds: Int64) -> Date {
      Date(timeIntervalSince1970: TimeInterval(noon.secondsSince1970 + seconds))
    }
    return try Certificate(
      version: .v3, serialNumber: Certificate.SerialNumber(),
      publicKey: Certificate.PublicKey(key.publicKey), notValidBefore: date(from), notValidAfter: date(until),
      issuer: DistinguishedName(authorityOf: school), subject: subject, signatureAlgorithm: .ecdsaWithSHA256,
      extensions: extensions, issuerPrivateKey: Certificate.PrivateKey(signer))
  }

  private func judge(_ key: P256.Signing.PrivateKey? = nil) throws -> CertificateJudge {
    let key = key ?? authorityKey
    return CertificateJudge(authorities: [try certificate(.authority, by: key, key: key)])
  }

  private func fault(
    _ certificate: Certificate, as role: CertificateJudge.Role, at now: Timestamp?
  ) async throws -> CertificateFault? {
    let judge = try judge()
    do throws(CertificateFault) {
      _ = try await judge.judge(certificate, as: role, at: now)
      return nil
    } catch {
      return error
    }
  }

  @Test func `A till's certificate says who it is, by which key, and until when`() async throws {
    let key = P256.Signing.PrivateKey()
    let shown = try certificate(.till("till-1"), by: authorityKey, key: key)
    let judged = try await judge().judge(shown, as: .till, at: noon)
    #expect(judged.name == "till-1")
    #expect(judged.key.rawRepresentation == key.publicKey.rawRepresentation)
    #expect(judged.validity.until == noon.advanced(by: .seconds(86_400)))
  }

  @Test func `Each flaw has its own name`() async throws {
    let stranger = P256.Signing.PrivateKey()
    let till = try certificate(.till("till-1"), by: authorityKey)
    #expect(
      try await fault(certificate(.till("till-1"), by: stranger), as: .till, at: noon) == .wrongAuthority)
    #expect(try await fault(till, as: .gateway(host: "10.0.0.1"), at: noon) == .wrongRole)
    let gateway = try certificate(.gateway(["gateway.test", "10.0.0.1"]), by: authorityKey)
    #expect(try await fault(gateway, as: .till, at: noon) == .wrongRole)
    #expect(try await fault(gateway, as: .gateway(host: "10.0.0.1"), at: noon) == nil)
    #expect(try await fault(gateway, as: .gateway(host: "gateway.test"), at: noon) == nil)
    #expect(
      try await fault(gateway, as: .gateway(host: "10.0.0.2"), at: noon)
        == .wrongName(shown: ["gateway.test", "10.0.0.1"]))
    let later = noon.advanced(by: .seconds(86_401))
    #expect(try await fault(till, as: .till, at: later) == .expired(noon.advanced(by: .seconds(86_400))))
    let earlier = noon.advanced(by: .seconds(-61))
    #expect(try await fault(till, as: .till, at: earlier) == .notYetValid(noon.advanced(by: .seconds(-60))))
  }

  @Test func `Without a clock everything is judged but dates`() async throws {
    let old = try certificate(.gateway(["10.0.0.1"]), by: authorityKey, from: -9_000_000, until: -8_000_000)
    #expect(try await fault(old, as: .gateway(host: "10.0.0.1"), at: nil) == nil)
    #expect(try await fault(old, as: .gateway(host: "10.0.0.2"), at: nil) == .wrongName(shown: ["10.0.0.1"]))
    let forged = try certificate(.gateway(["10.0.0.1"]), by: P256.Signing.PrivateKey())
    #expect(try await fault(forged, as: .gateway(host: "10.0.0.1"), at: nil) == .wrongAuthority)
  }

  @Test
  func `What a till certifies counts for nothing, and neither does a till that calls itself an authority`()
    async throws
  {
    let tillKey = P256.Signing.PrivateKey()
    let byTill = try certificate(.till("till-2"), by: tillKey)
    #expect(try await fault(byTill, as: .till, at: noon) == .wrongAuthority)
    let ambitious = try certificate(.ambitious, by: authorityKey, key: tillKey)
    #expect(try await fault(ambitious, as: .till, at: noon) == .wrongRole)
    #expect(try await fault(ambitious, as: .gateway(host: "10.0.0.1"), at: noon) == .wrongRole)
  }

  @Test(arguments: [0, 1, 40, 200, 5_000, 100_000])
  func `Bytes that are no certificate, or half of one, are unreadable`(count: Int) async throws {
    var serializer = DER.Serializer()
    try certificate(.till(String(repeating: "t", count: 64)), by: authorityKey).serialize(into: &serializer)
    let whole = serializer.serializedBytes
    let cut = count < whole.count ? Array(whole.prefix(count)) : [UInt8](repeating: 0x30, count: count)
    let judge = try judge()
    await #expect(throws: CertificateFault.unreadable) { try await judge.judge(cut, as: .till, at: noon) }
    await #expect(throws: CertificateFault.missing) { try await judge.judge(nil, as: .till, at: noon) }
  }

  @Test func `A new authority is believed when the one that counts introduces it, and by nobody else`()
    async throws
  {
    let (new, stranger) = (P256.Signing.PrivateKey(), P256.Signing.PrivateKey())
    let successor = try certificate(.authority, by: new, key: new)
    let judge = try judge()
    let introduction = try certificate(.authority, by: authorityKey, key: new)
    #expect(await judge.accepts(successor, introducedBy: introduction))
    #expect(
      await !judge.accepts(successor, introducedBy: try certificate(.authority, by: stranger, key: new)))
    let ofAnother = try certificate(.authority, by: authorityKey, key: stranger)
    #expect(await !judge.accepts(successor, introducedBy: ofAnother))
    let till = try certificate(.till("till-1"), by: authorityKey, key: new)
    #expect(await !judge.accepts(successor, introducedBy: till), "a till cannot become an authority")
  }
}
