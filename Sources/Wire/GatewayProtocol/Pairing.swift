public import CanteenCore
public import Foundation

/// `POST /v1/terminals/pair`: a one-time code makes a box a till of this school.
public struct PairRequest: Sendable, Codable {
  public let code: String
  /// Certificate signing request of the device key, PEM.
  public let csr: String
  /// X9.63 public key the library is sealed to; see ``SealedBatch``.
  public let sealingKey: Data

  public init(code: String, csr: String, sealingKey: Data) {
    self.code = code
    self.csr = csr
    self.sealingKey = sealingKey
  }

  private enum CodingKeys: String, CodingKey {
    case code
    case csr
    case sealingKey = "sealing_key"
  }
}

public struct PairResponse: Sendable, Codable {
  public let terminal: TerminalID
  public let organization: OrganizationID
  /// Device certificate and the gateway's own, PEM.
  public let certificate: String
  public let authority: String
  /// X9.63 public key that signs leases and library batches from now on.
  public let gatewayKey: Data

  public init(
    terminal: TerminalID, organization: OrganizationID, certificate: String, authority: String,
    gatewayKey: Data
  ) {
    self.terminal = terminal
    self.organization = organization
    self.certificate = certificate
    self.authority = authority
    self.gatewayKey = gatewayKey
  }

  private enum CodingKeys: String, CodingKey {
    case terminal = "terminal_id"
    case organization = "organization_id"
    case certificate
    case authority
    case gatewayKey = "gateway_key"
  }
}

/// Pairing codes: eight characters that cannot be mistaken for one another, shown as `ABCD-EFGH`.
public enum PairingCode {
  public static let alphabet = Array("ABCDEFGHJKLMNPQRSTUVWXYZ23456789")

  public static func make(using generator: inout some RandomNumberGenerator) -> String {
    let characters = (0..<8).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &generator)] }
    return String(characters[..<4]) + "-" + String(characters[4...])
  }
}
