import CanteenCore
import Crypto
import Foundation
import GatewayProtocol
import Identity
import Synchronization
import SwiftASN1
import SystemService
import X509

/// Who this till is and whom it trusts, from its pairing and from the renewals since. The keys are beside it in the
/// state folder.
struct TerminalIdentity: Sendable, Codable {
  let terminal: TerminalID
  let organization: OrganizationID
  /// `https`; `http` for a till that was paired before its certificate was looked at, and has not changed over yet.
  var gateway: URL
  /// Where certificates are renewed; nil before the till has changed over.
  var pairing: URL?
  /// The gateway's public key, X9.63; it verifies leases and library batches.
  let gatewayKey: Data
  /// The till's own, PEM.
  var certificate: String
  /// Of whoever certifies the gateway and tills, PEM.
  var authority: String
  /// Those before it. Tills that they certified have written ledgers that somebody may carry here.
  var formerAuthorities: [String]?
  /// Of boxes whose ledger this one goes on with.
  var formerKeys: [FormerKey]?

  /// Whether the gateway still takes the till's word for who it is.
  var isByHeader: Bool { pairing == nil }

  static let fileName = "identity.json"

  static func read(from state: URL) throws(PairingError) -> TerminalIdentity {
    let file = state.appending(path: fileName)
    guard FileManager.default.fileExists(atPath: file.path) else { throw .notPaired(state.path) }
    do {
      return try JSONDecoder().decode(TerminalIdentity.self, from: Data(contentsOf: file))
    } catch {
      throw .unreadable(file.path)
    }
  }

  func write(to state: URL) throws {
    try CanonicalJSON.data(self).write(to: state.appending(path: Self.fileName), options: .atomic)
  }

  /// Everybody whose certificates count.
  func judge() throws -> CertificateJudge {
    CertificateJudge(authorities: [try Certificate(pemEncoded: authority)])
  }

  /// What the till shows of itself, with the key to it; nothing where nobody looks.
  func shown(with keys: TerminalKeys) -> (String, P256.Signing.PrivateKey)? {
    isByHeader ? nil : (certificate, keys.device)
  }

  /// How to reach the gateway's listener for tills.
  func trust() throws -> GatewayTrust { isByHeader ? .plain : .certified(by: try judge()) }

  func gatewayPublicKey() throws -> P256.Signing.PublicKey {
    try P256.Signing.PublicKey(x963Representation: gatewayKey)
  }
}

/// The till's identity as it stands, in memory and on the disk.
final class KeptIdentity: Sendable {
  private let state: URL
  private let identity: Mutex<TerminalIdentity>

  init(in state: URL) throws(PairingError) {
    self.state = state
    identity = Mutex(try TerminalIdentity.read(from: state))
  }

  var current: TerminalIdentity { identity.withLock { $0 } }

  /// Changes what a till may learn anew; on the disk first.
  @discardableResult
  func change(_ change: (inout TerminalIdentity) throws -> Void) throws -> TerminalIdentity {
    try identity.withLock { identity in
      var changed = identity
      try change(&changed)
      try changed.write(to: state)
      identity = changed
      return changed
    }
  }
}

/// The till's own secrets.
struct TerminalKeys: Sendable {
  /// Signs ledger entries and face tokens.
  let device: P256.Signing.PrivateKey
  /// Opens library batches.
  let sealing: P256.KeyAgreement.PrivateKey
  /// Encrypts templates at rest.
  let library: SymmetricKey

  init(state: URL) throws(KeyStoreError) {
    let keys = try KeyStore(folder: state.appending(path: "keys"))
    device = try keys.signingKey(named: "device")
    sealing = try keys.sealingKey(named: "sealing")
    library = try keys.symmetricKey(named: "library")
  }

  /// - Parameter known: the till that the box is already; nil when it is none.
  func pairRequest(ticket: PairingTicket, as known: TerminalIdentity?) throws -> PairRequest {
    PairRequest(
      code: ticket.text, csr: try signingRequest(), sealingKey: sealing.publicKey.x963Representation,
      terminal: known?.terminal, formerKeys: known?.formerKeys)
  }

  /// Asks for a certificate of the device key, PEM.
  func signingRequest() throws -> String {
    try CertificateSigningRequest(
      version: .v1, subject: DistinguishedName { CommonName("canteen terminal") },
      privateKey: Certificate.PrivateKey(device), attributes: CertificateSigningRequest.Attributes()
    ).serializeAsPEM().pemString
  }

  func rawData(of terminal: TerminalID) throws -> String {
    let raw = DeviceRawData(device: terminal, deviceKey: device.publicKey.x963Representation)
    return try CanonicalJSON.data(raw).base64EncodedString()
  }
}

public enum PairingError: Error, Equatable, CustomStringConvertible {
  case notPaired(String)
  case alreadyPaired(String)
  case unreadable(String)
  /// What answers is not the gateway that made the code.
  case otherGateway(String)
  case notAnAddress(String)

  public var description: String {
    switch self {
    case .notPaired(let state):
      "This till is not paired (no identity in \(state)); run `canteend pair` with a code from the gateway."
    case .alreadyPaired(let terminal):
      "This box is till \(terminal) of another school; its ledger belongs there. Use a new state folder."
    case .unreadable(let file):
      "The identity file \(file) cannot be read; restore it from a backup or pair into a new state folder."
    case .otherGateway(let host):
      """
      What answers at \(host) is not the gateway that made this code, so the code was not sent. Check the address, and \
      make a new code if the gateway's authority was changed since; if both are right, somebody stands in between.
      """
    case .notAnAddress(let text):
      "\(text) is not an address; give the gateway's name or IP address, for example 192.168.1.10."
    }
  }
}
