import CanteenCore
import CanteenTestSupport
import Crypto
import Foundation
import GatewayProtocol
import SwiftASN1
import Testing
import X509

@testable import Terminal

/// Other tills' entries on this till's disk: only what a till of the school wrote, and only so much.
struct CarriedExportsTests {
  private let folder: TemporaryFolder
  private let school = P256.Signing.PrivateKey()
  private let till = P256.Signing.PrivateKey()
  private let gateway = P256.KeyAgreement.PrivateKey()
  private let organization: OrganizationID

  init() throws {
    folder = try TemporaryFolder()
    organization = try OrganizationID("O1000")
  }

  /// A certificate as the gateway makes them.
  private func certificate(
    of name: String, key: P256.Signing.PrivateKey, by authority: P256.Signing.PrivateKey
  ) throws -> String {
    try Certificate(
      version: .v3, serialNumber: Certificate.SerialNumber(),
      publicKey: Certificate.PublicKey(key.publicKey), notValidBefore: Date(timeIntervalSince1970: 0),
      notValidAfter: Date(timeIntervalSince1970: 86_400), issuer: DistinguishedName { CommonName("gateway") },
      subject: DistinguishedName {
        OrganizationName(organization.text)
        CommonName(name)
      }, signatureAlgorithm: .ecdsaWithSHA256, extensions: Certificate.Extensions(),
      issuerPrivateKey: Certificate.PrivateKey(authority)
    ).serializeAsPEM().pemString
  }

  private func part(
    _ sequence: Int64, certificate: String?, signedBy key: P256.Signing.PrivateKey? = nil
  ) throws -> LedgerExport {
    let entry = try LedgerEntry(
      terminal: TerminalID("till-2"), sequence: sequence, previousHash: LedgerEntry.firstPreviousHash,
      recordedAt: Timestamp(millisecondsSince1970: 0), payload: "{}", key: key ?? till)
    return try LedgerExport(
      [entry], exportedAt: Timestamp(millisecondsSince1970: 0), sealedTo: gateway.publicKey,
      signedBy: key ?? till, certificate: certificate)
  }

  private var authority: String {
    get throws { try certificate(of: "authority", key: school, by: school) }
  }

  private func carried(_ bounds: CarriedExports.Bounds = .init(), free: Int64 = 1 << 40) throws
    -> CarriedExports
  {
    let authority = try authority
    return CarriedExports(
      folder: folder.url.appending(path: "carried"), organization: organization,
      authorities: { [authority] }, bounds: bounds,
      free: { _ in free })
  }

  @Test func `What a till of this school wrote is kept, a ledger's parts in their order`() throws {
    let carried = try carried()
    let own = try certificate(of: "till-2", key: till, by: school)
    for sequence: Int64 in [5_001, 1, 10_001] {
      let part = try part(sequence, certificate: own)
      for _ in 1...2 { try carried.keep(part, line: part.line()) }
    }
    let kept = try carried.waiting().map { try LedgerExport(line: Data(contentsOf: $0)).first }
    #expect(kept == [1, 5_001, 10_001])
  }

  @Test func `A part whose ledger's earlier part waits has to wait, too`() throws {
    let carried = try carried()
    let own = try certificate(of: "till-2", key: till, by: school)
    let (first, second) = (try part(1, certificate: own), try part(2, certificate: own))
    #expect(!carried.hasEarlierPart(than: second))
    try carried.keep(first, line: first.line())
    #expect(carried.hasEarlierPart(than: second))
    #expect(!carried.hasEarlierPart(than: first))
  }

  @Test func `What nobody of this school can have written is not kept`() throws {
    let carried = try carried()
    let stranger = P256.Signing.PrivateKey()
    let parts = [
      try part(1, certificate: nil),
      try part(1, certificate: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"),
      try part(1, certificate: certificate(of: "till-2", key: stranger, by: stranger), signedBy: stranger),
      try part(1, certificate: certificate(of: "till-3", key: till, by: school)),
    ]
    for part in parts {
      #expect(throws: LedgerExportError.unknownWriter) { try carried.keep(part, line: part.line()) }
    }
    let borrowed = try part(
      1, certificate: certificate(of: "till-2", key: till, by: school), signedBy: stranger)
    #expect(throws: LedgerExportError.altered) { try carried.keep(borrowed, line: borrowed.line()) }
    #expect(carried.waiting().isEmpty)
  }

  @Test func `The folder is bounded; what was refused goes before what waits is turned away`() throws {
    let own = try certificate(of: "till-2", key: till, by: school)
    let parts = try (1...3).map { try part($0, certificate: own) }
    let size = Int64(try parts[0].line().count)
    let carried = try carried(CarriedExports.Bounds(mostBytes: size * 2 + size / 2))
    for part in parts.prefix(2) { try carried.keep(part, line: part.line()) }
    #expect(throws: CarriedExports.NoRoom.self) { try carried.keep(parts[2], line: parts[2].line()) }
    #expect(carried.waiting().count == 2)
    try carried.setAside(carried.waiting()[0])
    try carried.keep(parts[2], line: parts[2].line())
    #expect(try carried.waiting().map { try LedgerExport(line: Data(contentsOf: $0)).first } == [2, 3])
  }

  @Test func `Nothing is kept when the ledger would have no room`() throws {
    let part = try part(1, certificate: certificate(of: "till-2", key: till, by: school))
    let carried = try carried(free: CarriedExports.Bounds().leastFree)
    #expect(throws: CarriedExports.NoRoom.self) { try carried.keep(part, line: part.line()) }
    #expect(carried.waiting().isEmpty)
  }
}
