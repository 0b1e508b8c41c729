import CanteenCore
import Crypto
import Foundation
import GatewayProtocol
import SwiftASN1
import SystemService
import X509

/// Who this till is: given once, when it was paired. The keys are beside it in the state folder.
struct TerminalIdentity: Sendable, Codable {
  let terminal: TerminalID
  let organization: OrganizationID
  let gateway: URL
  /// The gateway's public key, X9.63; it verifies leases and library batches.
  let gatewayKey: Data
  let certificate: String
  let authority: String

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

  func gatewayPublicKey() throws -> P256.Signing.PublicKey {
    try P256.Signing.PublicKey(x963Representation: gatewayKey)
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

  func pairRequest(code: String) throws -> PairRequest {
    let key = Certificate.PrivateKey(device)
    let csr = try CertificateSigningRequest(
      version: .v1, subject: DistinguishedName { CommonName("canteen terminal") }, privateKey: key,
      attributes: CertificateSigningRequest.Attributes())
    return PairRequest(
      code: code, csr: try csr.serializeAsPEM().pemString, sealingKey: sealing.publicKey.x963Representation)
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

  public var description: String {
    switch self {
    case .notPaired(let state):
      "This till is not paired (no identity in \(state)); run `canteend pair` with a code from the gateway."
    case .alreadyPaired(let terminal):
      "This till is paired already, as \(terminal); its ledger belongs to that name. Use a new state folder."
    case .unreadable(let file):
      "The identity file \(file) cannot be read; restore it from a backup or pair into a new state folder."
    }
  }
}
