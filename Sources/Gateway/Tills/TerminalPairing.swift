import CanteenCore
import Crypto
import Foundation
import GatewayProtocol
import GatewayStore
import HTTPService
import HTTPTypes
import Identity
import SwiftASN1
import X509

/// Makes boxes into tills, renews their certificates, and takes them out of service.
struct TerminalPairing: Sendable {
  static let codeLifetime: Duration = .seconds(15 * 60)

  let store: any TerminalStore & PeopleStore
  let authority: SchoolAuthority
  let organization: OrganizationID
  let gatewayKey: P256.Signing.PublicKey
  let ports: ListenerPorts
  let wallClock: any WallClock

  private static let badCode = HTTPRefusal(
    .forbidden, code: .badCode,
    "The pairing code is unknown, used, tried too often or older than 15 minutes; ask the gateway for a new one."
  )

  /// - Parameter replacing: whether the box takes the name of a till that is there, and goes on with its ledger.
  func makeCode(for terminal: TerminalID, replacing: Bool = false) async throws -> PairingCodeAnswer {
    let isPaired = try await store.terminal(terminal) != nil
    if isPaired, !replacing {
      throw HTTPRefusal(
        .conflict, code: .terminalExists,
        "Till \(terminal) is paired already; choose another name, or give its name to a new box with "
          + "`canteenctl till replace \(terminal)`.")
    }
    if !isPaired, replacing { throw Self.noSuchTill(terminal) }
    var generator = SystemRandomNumberGenerator()
    let ticket = PairingTicket.random(using: &generator)
    let expiresAt = wallClock.now().advanced(by: Self.codeLifetime)
    try await store.add(
      PairingOffer(
        name: ticket.offer, secretHash: Self.hash(ticket), terminal: terminal, expiresAt: expiresAt,
        replaces: replacing))
    return PairingCodeAnswer(
      code: PairingCode(ticket: ticket, fingerprint: authority.fingerprint).description, terminal: terminal,
      expiresAt: expiresAt, pairingPort: ports[.pairing])
  }

  func pair(_ request: PairRequest) async throws -> PairResponse {
    let (csr, deviceKey) = try Self.read(request.csr)
    guard (try? P256.KeyAgreement.PublicKey(x963Representation: request.sealingKey)) != nil else {
      throw Self.badKeys
    }
    let now = wallClock.now()
    // Whoever knows no offer's name guesses among 10¹² codes, and need not be slowed; he could keep everybody else out.
    guard let ticket = PairingTicket(request.code),
      let offer = try await store.countTry(ofOffer: ticket.offer)
    else { throw Self.badCode }
    // Counted before it is judged, so that tries at the same moment see each other.
    let counted = try await store.countTry(
      at: now, since: now.advanced(by: .zero - PairingPatience.window))
    if let wait = PairingPatience.wait(after: counted.others, at: now) {
      try await store.forgetTry(counted.number)
      try await store.forgetTry(ofOffer: offer.name)
      throw HTTPRefusal(
        .tooManyRequests, code: .tooManyTries,
        "Too many wrong pairing codes were tried; try again in \(max(1, wait.components.seconds)) seconds.")
    }
    guard offer.tries <= PairingPatience.triesOfOneCode, offer.expiresAt > now,
      offer.secretHash == Self.hash(ticket)
    else { throw Self.badCode }
    if let expected = request.terminal, expected != offer.terminal {
      try await store.forgetTry(counted.number)
      try await store.forgetTry(ofOffer: offer.name)
      throw HTTPRefusal(
        .conflict, code: .terminalExists,
        "This box is till \(expected) already, and the code is not for it; make one with "
          + "`canteenctl till replace \(expected)`.")
    }
    // The certificate comes first: when it cannot be made, the code can still be used.
    let authority = authority.current
    let certificate = try authority.certificate(for: offer.terminal, request: csr, at: now)
    let box = PairedBox(
      deviceKey: deviceKey.x963Representation, sealingKey: request.sealingKey,
      certificate: try certificate.pem, certifiedUntil: certificate.validity.until,
      formerKeys: Array((request.formerKeys ?? []).prefix(16)))
    guard try await store.redeem(offer: offer.name, by: box, at: now) else { throw Self.badCode }
    try await store.forgetTry(counted.number)
    try await store.tellBars(to: offer.terminal)
    return PairResponse(
      terminal: offer.terminal, organization: organization, certificate: box.certificate,
      authority: try authority.certificate(at: now).pem, gatewayKey: gatewayKey.x963Representation,
      tillsPort: ports[.tills], formerKeys: try await store.terminal(offer.terminal)?.keys.former ?? [])
  }

  func renew(_ request: RenewRequest) async throws -> RenewResponse {
    let (csr, deviceKey) = try Self.read(request.csr)
    guard let terminal = try await store.terminal(request.terminal),
      terminal.keys.own.rawRepresentation == deviceKey.rawRepresentation
    else {
      throw HTTPRefusal(
        .unauthorized, code: .unknownTerminal,
        "The gateway does not know this till by this key; pair it again.")
    }
    try TerminalAuthenticator.refuse(ifRevoked: terminal)
    let now = wallClock.now()
    if let until = terminal.certifiedUntil, until.advanced(by: CertificateValidity.renewableFor) < now {
      throw HTTPRefusal(
        .unauthorized, code: .certificateLapsed,
        "The certificate of till \(terminal.id) expired more than 120 days ago; make a code with "
          + "`canteenctl till replace \(terminal.id)` and pair the box again.")
    }
    let certificate = try authority.current.certificate(for: terminal.id, request: csr, at: now)
    try await store.certify(
      terminal.id, certificate: try certificate.pem, until: certificate.validity.until)
    return RenewResponse(certificate: try certificate.pem)
  }

  func revoke(_ id: TerminalID) async throws {
    guard try await store.terminal(id) != nil else { throw Self.noSuchTill(id) }
    _ = try await store.revoke(id, at: wallClock.now())
  }

  func tills() async throws -> [ListedTerminal] {
    let now = wallClock.now()
    return try await store.terminals().map { till in
      ListedTerminal(
        terminal: till.id, standing: till.standing(at: now), pairedAt: till.pairedAt,
        certifiedUntil: till.certifiedUntil, seenAt: till.seenAt, revokedAt: till.revokedAt)
    }
  }

  private static func read(_ text: String) throws -> (CertificateSigningRequest, P256.Signing.PublicKey) {
    guard let csr = try? CertificateSigningRequest(pemEncoded: text),
      csr.publicKey.isValidSignature(csr.signature, for: csr),
      let key = P256.Signing.PublicKey(csr.publicKey)
    else { throw badKeys }
    return (csr, key)
  }

  /// Hashes are compared, so that the time taken tells nothing about the secret.
  private static func hash(_ ticket: PairingTicket) -> Data {
    Data(SHA256.hash(data: Data("canteen-pairing-2 \(ticket.text)".utf8)))
  }

  private static let badKeys = HTTPRefusal(
    .badRequest, code: .badKeys, "The till's signing request or keys cannot be read.")

  private static func noSuchTill(_ id: TerminalID) -> HTTPRefusal {
    HTTPRefusal(
      .notFound, code: .unknownTerminal,
      "No till \(id) was ever paired here; `canteenctl till list` names them.")
  }
}

extension PairedTerminal {
  fileprivate func standing(at now: Timestamp) -> ListedTerminal.Standing {
    if revokedAt != nil { return .revoked }
    guard let certifiedUntil else { return .byHeader }
    return switch CertificateValidity(from: pairedAt, until: certifiedUntil).standing(at: now) {
    case .lapsed: .lapsed
    case .expired: .expired
    case .notYet, .good, .due: .paired
    }
  }
}

/// A one-time code for one till.
struct PairingCodeAnswer: Codable, Sendable {
  let code: String
  let terminal: TerminalID
  let expiresAt: Timestamp
  let pairingPort: Int

  private enum CodingKeys: String, CodingKey {
    case code
    case terminal = "terminal_id"
    case expiresAt = "expires_at"
    case pairingPort = "pairing_port"
  }
}
