/// One face user's contract and money.
struct Account: Sendable, Codable, Equatable {
  enum ContractState: String, Sendable, Codable {
    case notContracted = "NOT_CONTRACTED"
    case contracted = "CONTRACTED"
    case terminated = "TERMINATED"
  }

  enum Status: String, Sendable, Codable {
    case normal = "NORMAL"
    case disabled = "DISABLED"
  }

  let userID: String
  let outUserID: String
  let organizationID: String
  let contractID: String
  var userName: String?
  var contractState: ContractState
  var status: Status
  /// Fen, never negative.
  var balance: Int64

  enum CodingKeys: String, CodingKey {
    case userID = "user_id"
    case outUserID = "out_user_id"
    case organizationID = "organization_id"
    case contractID = "contract_id"
    case userName = "user_name"
    case contractState = "contract_state"
    case status
    case balance = "balance_fen"
  }
}
