public import CanteenCore

/// `POST /v1/lease`: what a till asks with, once an hour.
public struct LeaseRequest: Sendable, Codable {
  /// ``DeviceRawData`` as base64 JSON; the platform binds its credential to it.
  public let rawData: String

  public init(rawData: String) {
    self.rawData = rawData
  }

  private enum CodingKeys: String, CodingKey {
    case rawData = "raw_data"
  }
}

/// The right to recognise faces and book orders, for 36 hours at most. Travels as ``SignedText``.
public struct Lease: Sendable, Hashable, Codable {
  public let terminal: TerminalID
  public let organization: OrganizationID
  public let organizationName: String
  /// The platform's credential that lets a terminal recognise.
  public let authinfo: String
  public let merchant: MerchantProfile
  public let limits: SpendingLimits
  /// The gateway's time when it signed.
  public let issuedAt: Timestamp
  public let expiresAt: Timestamp

  public init(
    terminal: TerminalID, organization: OrganizationID, organizationName: String, authinfo: String,
    merchant: MerchantProfile, limits: SpendingLimits, issuedAt: Timestamp, expiresAt: Timestamp
  ) {
    self.terminal = terminal
    self.organization = organization
    self.organizationName = organizationName
    self.authinfo = authinfo
    self.merchant = merchant
    self.limits = limits
    self.issuedAt = issuedAt
    self.expiresAt = expiresAt
  }

  public static let lifetime: Duration = .seconds(36 * 3_600)

  private enum CodingKeys: String, CodingKey {
    case terminal = "terminal_id"
    case organization = "organization_id"
    case organizationName = "organization_name"
    case authinfo
    case merchant
    case limits
    case issuedAt = "issued_at"
    case expiresAt = "expires_at"
  }
}

/// The numbers of the merchant, none of them secret.
public struct MerchantProfile: Sendable, Hashable, Codable {
  public let spMerchant: String
  public let subMerchant: String

  public init(spMerchant: String, subMerchant: String) {
    self.spMerchant = spMerchant
    self.subMerchant = subMerchant
  }

  private enum CodingKeys: String, CodingKey {
    case spMerchant = "sp_mchid"
    case subMerchant = "sub_mchid"
  }
}
