import CanteenCore
import CanteenTestSupport
import Crypto
import Foundation
import GatewayProtocol
import GatewayStore
import HTTPService
import SwiftASN1
import Testing
import X509

@testable import Gateway

struct PairingTests {
  private let folder: TemporaryFolder
  private let clock = ManualWallClock()
  private let desk: TerminalPairing
  private let key = P256.Signing.PrivateKey()
  private let authorityKey = P256.Signing.PrivateKey()

  init() throws {
    folder = try TemporaryFolder()
    let school = try OrganizationID("O1000")
    desk = TerminalPairing(
      store: try SQLiteGatewayStore(path: folder.path("gateway.sqlite")),
      authority: CertificateAuthority(key: authorityKey, organization: school), organization: school,
      gatewayKey: P256.Signing.PrivateKey().publicKey, wallClock: clock)
  }

  private func request(code: String) throws -> PairRequest {
    let csr = try CertificateSigningRequest(
      version: .v1, subject: DistinguishedName { CommonName("somebody else") },
      privateKey: Certificate.PrivateKey(key), attributes: CertificateSigningRequest.Attributes())
    return PairRequest(
      code: code, csr: try csr.serializeAsPEM().pemString,
      sealingKey: P256.KeyAgreement.PrivateKey().publicKey.x963Representation)
  }

  @Test func `A code makes one till, whose certificate names it and holds its key`() async throws {
    let code = try await desk.makeCode(for: TerminalID("till-1")).code
    let answer = try await desk.pair(request(code: code.lowercased()))
    #expect(answer.terminal.text == "till-1")
    let certificate = try Certificate(pemEncoded: answer.certificate)
    #expect(certificate.publicKey == Certificate.PublicKey(key.publicKey))
    #expect(certificate.subject.description.contains("till-1"))
    #expect(!certificate.subject.description.contains("somebody else"))
    let authority = try Certificate(pemEncoded: answer.authority)
    #expect(authority.publicKey.isValidSignature(certificate.signature, for: certificate))
  }

  @Test func `A code works once`() async throws {
    let code = try await desk.makeCode(for: TerminalID("till-1")).code
    _ = try await desk.pair(request(code: code))
    await #expect(throws: HTTPRefusal.self) { try await desk.pair(request(code: code)) }
  }

  @Test func `A code is good for fifteen minutes`() async throws {
    let code = try await desk.makeCode(for: TerminalID("till-1")).code
    clock.advance(by: .seconds(15 * 60))
    await #expect(throws: HTTPRefusal.self) { try await desk.pair(request(code: code)) }
  }

  @Test func `A bad request leaves the code good`() async throws {
    let code = try await desk.makeCode(for: TerminalID("till-1")).code
    let bad = PairRequest(code: code, csr: "no request", sealingKey: Data())
    await #expect(throws: HTTPRefusal.self) { try await desk.pair(bad) }
    #expect(try await desk.pair(request(code: code)).terminal.text == "till-1")
  }

  @Test func `A name that is taken gets no second code`() async throws {
    let code = try await desk.makeCode(for: TerminalID("till-1")).code
    _ = try await desk.pair(request(code: code))
    await #expect(throws: HTTPRefusal.self) { try await desk.makeCode(for: TerminalID("till-1")) }
  }
}
