import CanteenCore
import CanteenTestSupport
import Crypto
import Foundation
import GatewayProtocol
import GatewayStore
import HTTPService
import Identity
import SwiftASN1
import SystemService
import Testing
import X509

@testable import Gateway

struct PairingTests {
  private let folder: TemporaryFolder
  private let clock = ManualWallClock()
  private let desk: TerminalPairing
  private let key = P256.Signing.PrivateKey()
  private let store: SQLiteGatewayStore

  init() throws {
    folder = try TemporaryFolder()
    let school = try OrganizationID("O1000")
    store = try SQLiteGatewayStore(path: folder.path("gateway.sqlite"))
    desk = TerminalPairing(
      store: store,
      authority: try SchoolAuthority(
        keys: KeyStore(folder: folder.url.appending(path: "keys")), organization: school, wallClock: clock),
      organization: school, gatewayKey: P256.Signing.PrivateKey().publicKey,
      ports: ListenerPorts(tills: 1, pairing: 2), wallClock: clock)
  }

  /// What the gateway is shown of a code.
  private func ticket(for name: String = "till-1", replacing: Bool = false) async throws -> String {
    let answer = try await desk.makeCode(for: TerminalID(name), replacing: replacing)
    return try PairingCode(typed: answer.code).ticket.text
  }

  private func request(code: String, key: P256.Signing.PrivateKey? = nil) throws -> PairRequest {
    let csr = try CertificateSigningRequest(
      version: .v1, subject: DistinguishedName { CommonName("somebody else") },
      privateKey: Certificate.PrivateKey(key ?? self.key), attributes: CertificateSigningRequest.Attributes())
    return PairRequest(
      code: code, csr: try csr.serializeAsPEM().pemString,
      sealingKey: P256.KeyAgreement.PrivateKey().publicKey.x963Representation)
  }

  @Test func `A code makes one till, whose certificate names it and holds its key`() async throws {
    let code = try await ticket()
    let answer = try await desk.pair(request(code: code))
    #expect(answer.terminal.text == "till-1")
    let certificate = try Certificate(pemEncoded: answer.certificate)
    #expect(certificate.publicKey == Certificate.PublicKey(key.publicKey))
    #expect(certificate.subject.description.contains("till-1"))
    #expect(!certificate.subject.description.contains("somebody else"))
    let authority = try Certificate(pemEncoded: answer.authority)
    #expect(authority.publicKey.isValidSignature(certificate.signature, for: certificate))
  }

  @Test func `A code works once`() async throws {
    let code = try await ticket()
    _ = try await desk.pair(request(code: code))
    await #expect(throws: HTTPRefusal.self) { try await desk.pair(request(code: code)) }
  }

  @Test func `A code is good for fifteen minutes`() async throws {
    let code = try await ticket()
    clock.advance(by: .seconds(15 * 60))
    await #expect(throws: HTTPRefusal.self) { try await desk.pair(request(code: code)) }
  }

  @Test func `A bad request leaves the code good`() async throws {
    let code = try await ticket()
    let bad = PairRequest(code: code, csr: "no request", sealingKey: Data())
    await #expect(throws: HTTPRefusal.self) { try await desk.pair(bad) }
    #expect(try await desk.pair(request(code: code)).terminal.text == "till-1")
  }

  @Test func `A name that is taken gets no second code`() async throws {
    let code = try await ticket()
    _ = try await desk.pair(request(code: code))
    await #expect(throws: HTTPRefusal.self) { try await desk.makeCode(for: TerminalID("till-1")) }
  }

  private func refusal(_ code: String) async throws -> RefusalReason? {
    do {
      _ = try await desk.pair(request(code: code))
      return nil
    } catch let refusal as HTTPRefusal {
      guard case .known(let reason) = refusal.refusal.code else { throw refusal }
      return reason
    }
  }

  @Test func `The fifth wrong secret for an offer uses it up, so that the right one is of no use any more`()
    async throws
  {
    let code = try await ticket()
    let wrong = code.prefix(3) + "22222"
    for _ in 0..<5 {
      #expect(try await refusal(String(wrong)) == .badCode)
      clock.advance(by: .seconds(60))
    }
    #expect(try await refusal(code) == .badCode)
  }

  @Test func `Whoever guesses at an offer is slowed, and a right code is not looked at meanwhile`()
    async throws
  {
    let (guessed, code) = (try await ticket(), try await ticket(for: "till-2"))
    let wrong = guessed.prefix(3) + "22222"
    for _ in 0..<3 { #expect(try await refusal(String(wrong)) == .badCode) }
    for _ in 0..<9 { #expect(try await refusal(code) == .tooManyTries) }
    clock.advance(by: .seconds(2))
    #expect(try await refusal(code) == nil, "what was not looked at did not count")
  }

  @Test func `Whoever names no offer keeps nobody out`() async throws {
    let code = try await ticket()
    let nobody = code.hasPrefix("AAA") ? "BBBAAAAA" : "AAAAAAAA"
    for _ in 0..<50 { #expect(try await refusal(nobody) == .badCode) }
    #expect(try await refusal(code) == nil)
  }

  @Test func `A hundred guesses at the same moment are not a hundred guesses`() async throws {
    let wrong = String(try await ticket().prefix(3) + "22222")
    let reasons = try await withThrowingTaskGroup(of: RefusalReason?.self) { group in
      for _ in 0..<100 { group.addTask { try await refusal(wrong) } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(reasons.count { $0 == .badCode } <= 3)
    #expect(reasons.allSatisfy { $0 != nil })
  }

  @Test
  func `A new box under an old name gets the keys of the ledger it goes on with, and the old one is out`()
    async throws
  {
    let old = P256.Signing.PrivateKey()
    _ = try await desk.pair(request(code: ticket(), key: old))
    let answer = try await desk.pair(request(code: ticket(replacing: true)))
    #expect(answer.terminal.text == "till-1")
    #expect(answer.formerKeys == [FormerKey(key: old.publicKey, through: 0)])
    await #expect(throws: HTTPRefusal.self) {
      try await desk.renew(RenewRequest(terminal: answer.terminal, csr: request(code: "", key: old).csr))
    }
    await #expect(throws: HTTPRefusal.self) { try await ticket(for: "nobody", replacing: true) }
  }

  @Test func `A certificate is renewed for the key of the pairing only, until it lapses or is revoked`()
    async throws
  {
    let till = try await desk.pair(request(code: ticket())).terminal
    let csr = try request(code: "").csr
    clock.advance(by: .seconds(100 * 86_400))
    let renewed = try await desk.renew(RenewRequest(terminal: till, csr: csr))
    let validity = try Certificate(pemEncoded: renewed.certificate).validity
    #expect(validity.standing(at: clock.now()) == .good)
    #expect(validity.until == clock.now().advanced(by: .seconds(30 * 86_400)))
    let stranger = try request(code: "", key: P256.Signing.PrivateKey()).csr
    await #expect(throws: HTTPRefusal.self) {
      try await desk.renew(RenewRequest(terminal: till, csr: stranger))
    }
    #expect(try await desk.tills().map(\.standing) == [.paired])
    clock.advance(by: .seconds(151 * 86_400))
    #expect(try await desk.tills().map(\.standing) == [.lapsed])
    await #expect(throws: HTTPRefusal.self) { try await desk.renew(RenewRequest(terminal: till, csr: csr)) }
    try await desk.revoke(till)
    #expect(try await desk.tills().map(\.standing) == [.revoked])
  }
}
