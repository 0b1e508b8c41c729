public import CanteenCore

/// What the platform knows about one face user of one organization.
public struct FaceUserRecord: Sendable, Equatable {
  /// The platform's `user_id`, bound into face tokens.
  public let userID: String
  public let outUserID: OutUserID
  public let organization: OrganizationID
  /// Decrypted; nil when the platform sent none or encrypted it to another key.
  public let userName: String?
  public let contractState: ContractState
  public let contractID: String?
  public let status: Status
  /// Whether the base photo is good enough to recognise by.
  public let faceImageOK: Bool

  public init(
    userID: String, outUserID: OutUserID, organization: OrganizationID, userName: String?,
    contractState: ContractState, contractID: String?, status: Status, faceImageOK: Bool
  ) {
    self.userID = userID
    self.outUserID = outUserID
    self.organization = organization
    self.userName = userName
    self.contractState = contractState
    self.contractID = contractID
    self.status = status
    self.faceImageOK = faceImageOK
  }

  /// The guardian's agreement to password-free deduction.
  public enum ContractState: String, Sendable, Codable {
    case notContracted = "NOT_CONTRACTED"
    case contracted = "CONTRACTED"
    case terminated = "TERMINATED"
  }

  public enum Status: String, Sendable, Codable {
    case normal = "NORMAL"
    /// Payments are blocked.
    case disabled = "DISABLED"
  }

  /// Whether a deduction can succeed at all.
  public var mayPay: Bool { contractState == .contracted && status == .normal }
}

/// The record as the platform sends it. Published tables disagree in two spellings; both are read.
struct FaceUserAnswer: Decodable {
  let userID: String?
  let misspeltUserID: String?
  let outUserID: OutUserID
  let organization: OrganizationID
  let userName: String?
  let contractState: FaceUserRecord.ContractState?
  let contractID: String?
  let status: String
  let faceImageOK: Bool?

  enum CodingKeys: String, CodingKey {
    case userID = "user_id"
    case misspeltUserID = "use_id"
    case outUserID = "out_user_id"
    case organization = "organization_id"
    case userName = "user_name"
    case contractState = "contract_state"
    case contractID = "contract_id"
    case status
    case faceImageOK = "face_image_ok"
  }

  func record(decrypt: (String) -> String?) throws(WeChatPayError) -> FaceUserRecord {
    guard let userID = userID ?? misspeltUserID, let status = Self.statuses[status] else {
      throw .unreadable
    }
    return FaceUserRecord(
      userID: userID, outUserID: outUserID, organization: organization,
      userName: userName.flatMap(decrypt),
      contractState: contractState ?? .notContracted, contractID: contractID, status: status,
      faceImageOK: faceImageOK ?? false)
  }

  private static let statuses: [String: FaceUserRecord.Status] = [
    "NORMAL": .normal, "NOMAL": .normal, "DISABLED": .disabled,
  ]
}
