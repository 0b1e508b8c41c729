import CanteenCore
import Crypto
import Foundation
import GatewayProtocol
import GatewayStore
import HTTPService
import HTTPTypes
import SwiftASN1
import X509

/// Makes boxes into tills: hands out one-time codes and redeems them.
struct TerminalPairing: Sendable {
  static let codeLifetime: Duration = .seconds(15 * 60)

  let store: any TerminalStore & PeopleStore
  let authority: CertificateAuthority
  let organization: OrganizationID
  let gatewayKey: P256.Signing.PublicKey
  let wallClock: any WallClock

  private static let badCode = HTTPRefusal(
    .forbidden, code: .badCode,
    "The pairing code is unknown, used or older than 15 minutes; ask the gateway for a new one.")

  func makeCode(for terminal: TerminalID) async throws -> PairingCodeAnswer {
    if try await store.terminal(terminal) != nil {
      throw HTTPRefusal(
        .conflict, code: .terminalExists, "Till \(terminal) is paired already; choose another name.")
    }
    var generator = SystemRandomNumberGenerator()
    let code = PairingCode.make(using: &generator)
    let expiresAt = wallClock.now().advanced(by: Self.codeLifetime)
    try await store.add(pairingCode: code, for: terminal, expiresAt: expiresAt)
    return PairingCodeAnswer(code: code, terminal: terminal, expiresAt: expiresAt)
  }

  func pair(_ request: PairRequest) async throws -> PairResponse {
    guard let csr = try? CertificateSigningRequest(pemEncoded: request.csr),
      csr.publicKey.isValidSignature(csr.signature, for: csr),
      let deviceKey = P256.Signing.PublicKey(csr.publicKey),
      (try? P256.KeyAgreement.PublicKey(x963Representation: request.sealingKey)) != nil
    else {
      throw HTTPRefusal(.badRequest, code: .badKeys, "The till's signing request or keys cannot be read.")
    }
    let now = wallClock.now()
    // The certificate comes first: when it cannot be made, the code can still be used.
    guard let terminal = try await store.terminal(pairingWith: request.code, at: now) else {
      throw Self.badCode
    }
    let certificate = try authority.certificate(for: terminal, request: csr, at: now)
    let redeemed = try await store.redeem(
      pairingCode: request.code, at: now, deviceKey: deviceKey.x963Representation,
      sealingKey: request.sealingKey, certificate: certificate)
    guard redeemed == terminal else { throw Self.badCode }
    try await store.tellBars(to: terminal)
    return PairResponse(
      terminal: terminal, organization: organization, certificate: certificate,
      authority: try authority.certificate(at: now), gatewayKey: gatewayKey.x963Representation)
  }
}

/// A one-time code for one till.
struct PairingCodeAnswer: Codable, Sendable {
  let code: String
  let terminal: TerminalID
  let expiresAt: Timestamp

  private enum CodingKeys: String, CodingKey {
    case code
    case terminal = "terminal_id"
    case expiresAt = "expires_at"
  }
}
