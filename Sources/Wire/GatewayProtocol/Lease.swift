public import CanteenCore
public import Foundation

/// `POST /v1/lease`: what a till asks with, once an hour.
public struct LeaseRequest: Sendable, Codable {
  /// ``DeviceRawData`` as base64 JSON; the platform binds its credential to it.
  public let rawData: String
  /// Where the till's ledger ends, so that a copied box or a restored old disk is detected.
  public let ledger: LedgerHead
  /// Random, and in the lease again, so that an old lease answers no new request; nil from tills of earlier versions.
  public let nonce: String?
  /// The till's own entry where the gateway's ledger ends, which shows that the till continues it; nil from tills of
  /// earlier versions.
  public let proof: LedgerPoint?
  /// Somebody made sure that no other box sells under this till's name; nil where nobody did.
  public let isOnlyBox: Bool?

  public init(
    rawData: String, ledger: LedgerHead, nonce: String?, proof: LedgerPoint? = nil, isOnlyBox: Bool? = nil
  ) {
    self.rawData = rawData
    self.ledger = ledger
    self.nonce = nonce
    self.proof = proof
    self.isOnlyBox = isOnlyBox
  }

  private enum CodingKeys: String, CodingKey {
    case rawData = "raw_data"
    case ledger
    case nonce
    case proof
    case isOnlyBox = "is_only_box"
  }
}

/// The right to recognise faces and book orders, for 36 hours at most. Travels as ``SignedText``.
public struct Lease: Sendable, Hashable, Codable {
  public let terminal: TerminalID
  public let organization: OrganizationID
  public let organizationName: String
  /// WeChat Pay's credential and numbers, for tills that know no other platform; empty when the school does
  /// not use it.
  public let authinfo: String
  public let merchant: MerchantProfile
  /// The credential of each platform; nil in leases of gateways that knew only one.
  public let credentials: [PlatformCredential]?
  public let terms: [PlatformTerms]?
  public let limits: SpendingLimits
  public let plan: MealPlan
  public let offline: OfflineLimits
  public let operators: [Operator]
  /// Ways to pay beside the face; nil in leases of gateways that knew none.
  public let means: MeansOffered?
  /// X9.63 public key that ledger exports are sealed to.
  public let exportKey: Data
  /// Of the request; nil in leases of gateways that knew none.
  public let nonce: String?
  /// The gateway's time when it signed.
  public let issuedAt: Timestamp
  public let expiresAt: Timestamp

  public init(
    terminal: TerminalID, organization: OrganizationID, organizationName: String, authinfo: String,
    merchant: MerchantProfile, credentials: [PlatformCredential]? = nil, terms: [PlatformTerms]? = nil,
    limits: SpendingLimits, plan: MealPlan, offline: OfflineLimits, operators: [Operator],
    means: MeansOffered? = nil, exportKey: Data, nonce: String? = nil,
    issuedAt: Timestamp, expiresAt: Timestamp
  ) {
    self.terminal = terminal
    self.organization = organization
    self.organizationName = organizationName
    self.authinfo = authinfo
    self.merchant = merchant
    self.credentials = credentials
    self.terms = terms
    self.limits = limits
    self.plan = plan
    self.offline = offline
    self.operators = operators
    self.means = means
    self.exportKey = exportKey
    self.nonce = nonce
    self.issuedAt = issuedAt
    self.expiresAt = expiresAt
  }

  /// What lets the till collect through a platform; nil when the lease brings nothing for it.
  public func credential(for platform: PlatformID) -> PlatformCredential? {
    if let credentials { return credentials.first { $0.platform == platform } }
    guard platform == .weChatPay else { return nil }
    return PlatformCredential(
      platform: platform, text: authinfo,
      merchant: ["sp_mchid": merchant.spMerchant, "sub_mchid": merchant.subMerchant])
  }

  public static let lifetime: Duration = .seconds(36 * 3_600)

  /// Whether this is the answer to a request, and not one that somebody kept: its time is believed.
  ///
  /// - Parameters:
  ///   - nonce: of the request.
  ///   - last: the lease that the till has.
  public func answers(_ nonce: String, after last: Lease?) -> Bool {
    if let mine = self.nonce { return mine == nonce }
    return last.map { $0.nonce == nil && $0.issuedAt < issuedAt } ?? true
  }

  private enum CodingKeys: String, CodingKey {
    case terminal = "terminal_id"
    case organization = "organization_id"
    case organizationName = "organization_name"
    case authinfo
    case merchant
    case credentials
    case terms
    case limits
    case plan
    case offline
    case operators
    case means
    case exportKey = "export_key"
    case nonce
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

  /// Numbers that the platform does not have are empty.
  public init(_ credential: PlatformCredential) {
    self.init(
      spMerchant: credential.merchant["sp_mchid"] ?? "", subMerchant: credential.merchant["sub_mchid"] ?? "")
  }

  private enum CodingKeys: String, CodingKey {
    case spMerchant = "sp_mchid"
    case subMerchant = "sub_mchid"
  }
}
