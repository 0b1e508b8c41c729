public import CanteenCore
public import Foundation

/// `POST /v1/terminals/pair`: a one-time code makes a box a till of this school.
public struct PairRequest: Sendable, Codable {
  /// The text of a ``PairingTicket``.
  public let code: String
  /// Certificate signing request of the device key, PEM.
  public let csr: String
  /// X9.63 public key the library is sealed to; see ``SealedBatch``.
  public let sealingKey: Data
  /// The till that the box is already, and stays; nil for one that is none yet.
  public let terminal: TerminalID?
  /// Those that the box knows of, which a gateway that came back from a backup may have forgotten.
  public let formerKeys: [FormerKey]?

  public init(
    code: String, csr: String, sealingKey: Data, terminal: TerminalID? = nil, formerKeys: [FormerKey]? = nil
  ) {
    self.code = code
    self.csr = csr
    self.sealingKey = sealingKey
    self.terminal = terminal
    self.formerKeys = formerKeys
  }

  private enum CodingKeys: String, CodingKey {
    case formerKeys = "former_keys"
    case code
    case csr
    case sealingKey = "sealing_key"
    case terminal = "terminal_id"
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
  /// Where the gateway listens to tills that show a certificate.
  public let tillsPort: Int
  /// Of the boxes that had this name before and whose ledger is gone on with; the first box's first.
  public let formerKeys: [FormerKey]

  public init(
    terminal: TerminalID, organization: OrganizationID, certificate: String, authority: String,
    gatewayKey: Data, tillsPort: Int, formerKeys: [FormerKey]
  ) {
    self.terminal = terminal
    self.organization = organization
    self.certificate = certificate
    self.authority = authority
    self.gatewayKey = gatewayKey
    self.tillsPort = tillsPort
    self.formerKeys = formerKeys
  }

  /// - Throws: `DecodingError`, also for what is no port.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    terminal = try values.decode(TerminalID.self, forKey: .terminal)
    organization = try values.decode(OrganizationID.self, forKey: .organization)
    certificate = try values.decode(String.self, forKey: .certificate)
    authority = try values.decode(String.self, forKey: .authority)
    gatewayKey = try values.decode(Data.self, forKey: .gatewayKey)
    tillsPort = try values.port(.tillsPort)
    formerKeys = try values.decode([FormerKey].self, forKey: .formerKeys)
  }

  private enum CodingKeys: String, CodingKey {
    case terminal = "terminal_id"
    case organization = "organization_id"
    case formerKeys = "former_keys"
    case certificate
    case authority
    case gatewayKey = "gateway_key"
    case tillsPort = "tills_port"
  }
}

/// `POST /v1/terminals/renew`: the next certificate of a till, for the device key it was paired with.
public struct RenewRequest: Sendable, Codable {
  public let terminal: TerminalID
  /// Certificate signing request of the device key, PEM; whoever can make it holds the key.
  public let csr: String

  public init(terminal: TerminalID, csr: String) {
    self.terminal = terminal
    self.csr = csr
  }

  private enum CodingKeys: String, CodingKey {
    case terminal = "terminal_id"
    case csr
  }
}

public struct RenewResponse: Sendable, Codable {
  /// PEM.
  public let certificate: String

  public init(certificate: String) {
    self.certificate = certificate
  }
}

/// `GET /v1/authority`: who certifies this school's gateway and tills.
public struct AuthorityAnswer: Sendable, Codable {
  /// The authority's own certificate, PEM.
  public let certificate: String
  /// Certificates for the same key, PEM, each signed by an authority that certified before; a till that knows only that
  /// one believes this one by it.
  public let introducedBy: [String]

  public init(certificate: String, introducedBy: [String]) {
    self.certificate = certificate
    self.introducedBy = introducedBy
  }

  private enum CodingKeys: String, CodingKey {
    case certificate
    case introducedBy = "introduced_by"
  }
}

/// `GET /v1/listeners`: where the gateway listens to tills over TLS, told to those that were paired before it did.
public struct ListenersAnswer: Sendable, Codable {
  public let tillsPort: Int
  public let pairingPort: Int

  public init(tillsPort: Int, pairingPort: Int) {
    self.tillsPort = tillsPort
    self.pairingPort = pairingPort
  }

  /// - Throws: `DecodingError` for what is no port.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    tillsPort = try values.port(.tillsPort)
    pairingPort = try values.port(.pairingPort)
  }

  private enum CodingKeys: String, CodingKey {
    case tillsPort = "tills_port"
    case pairingPort = "pairing_port"
  }
}

extension KeyedDecodingContainer {
  fileprivate func port(_ key: Key) throws -> Int {
    let port = try decode(Int.self, forKey: key)
    guard (1...65_535).contains(port) else {
      throw DecodingError.dataCorruptedError(forKey: key, in: self, debugDescription: "is no port")
    }
    return port
  }
}

/// A till as `canteenctl till list` shows it.
public struct ListedTerminal: Sendable, Codable {
  public enum Standing: String, Sendable, Codable, CaseIterable {
    /// Shows a certificate that is good.
    case paired
    /// Paired by an earlier version, and has not shown a certificate yet.
    case byHeader = "by_header"
    /// Its certificate has expired; it renews by itself when it is switched on.
    case expired
    /// Its certificate is too old to be renewed; pair it again.
    case lapsed
    case revoked
  }

  public let terminal: TerminalID
  public let standing: Standing
  public let pairedAt: Timestamp
  public let certifiedUntil: Timestamp?
  public let seenAt: Timestamp?
  public let revokedAt: Timestamp?

  public init(
    terminal: TerminalID, standing: Standing, pairedAt: Timestamp, certifiedUntil: Timestamp?,
    seenAt: Timestamp?, revokedAt: Timestamp?
  ) {
    self.terminal = terminal
    self.standing = standing
    self.pairedAt = pairedAt
    self.certifiedUntil = certifiedUntil
    self.seenAt = seenAt
    self.revokedAt = revokedAt
  }

  private enum CodingKeys: String, CodingKey {
    case terminal = "terminal_id"
    case standing
    case pairedAt = "paired_at"
    case certifiedUntil = "certified_until"
    case seenAt = "seen_at"
    case revokedAt = "revoked_at"
  }
}
