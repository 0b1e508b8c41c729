import CryptoExtras
import Foundation

/// Answer of the user query. A name travels encrypted to the merchant.
struct UserAnswer: Encodable {
  let userID: String
  let outUserID: String
  let organizationID: String
  let userName: String?
  let userType = "STUDENT"
  let status: Account.Status
  let contractState: Account.ContractState
  let contractID: String
  let faceImageOK = true

  init(_ account: Account, nameEncryptedTo key: _RSA.Encryption.PublicKey) throws {
    userID = account.userID
    outUserID = account.outUserID
    organizationID = account.organizationID
    userName = try account.userName.map {
      try key.encrypt(Data($0.utf8), padding: .PKCS1_OAEP).base64EncodedString()
    }
    status = account.status
    contractState = account.contractState
    contractID = account.contractID
  }

  enum CodingKeys: String, CodingKey {
    case userID = "user_id"
    case outUserID = "out_user_id"
    case organizationID = "organization_id"
    case userName = "user_name"
    case userType = "user_type"
    case status
    case contractState = "contract_state"
    case contractID = "contract_id"
    case faceImageOK = "face_image_ok"
  }
}

/// Answer of a deduction and of its query.
struct TransactionAnswer: Encodable {
  struct Amount: Encodable {
    let total: Int64
    let payTotal: Int64
    let currency = "CNY"
    let payCurrency = "CNY"

    enum CodingKeys: String, CodingKey {
      case total
      case payTotal = "pay_total"
      case currency
      case payCurrency = "pay_currency"
    }
  }

  let spAppID: String
  let spMerchant: String
  let subMerchant: String
  let outTradeNumber: String
  let transactionID: String?
  let description: String
  let attach: String?
  let amount: Amount
  let scene: DeductionRequest.Scene
  let bankType = "OTHERS"
  let tradeType = "AUTH"
  let tradeState: String
  let tradeStateDescription: String
  let debtState: Transaction.DebtState
  let errorType: String?
  let successTime: String?

  /// - Parameter isRefunded: a refund of any part turns a paid order's state to REFUND.
  init(_ transaction: Transaction, isRefunded: Bool) {
    let order = transaction.order
    let failed = transaction.tradeState != .success
    spAppID = order.spAppID
    spMerchant = order.spMerchant
    subMerchant = order.subMerchant
    outTradeNumber = order.outTradeNumber
    transactionID = transaction.transactionID
    description = order.description
    attach = order.attach
    amount = Amount(total: order.amount.total, payTotal: failed ? 0 : order.amount.total)
    scene = order.scene
    tradeState = isRefunded ? "REFUND" : transaction.tradeState.rawValue
    tradeStateDescription = failed ? "余额不足" : isRefunded ? "转入退款" : "支付成功"
    debtState = transaction.debtState
    errorType = failed ? "NOTENOUGH" : nil
    successTime = transaction.successTime.map(\.chinaRFC3339)
  }

  enum CodingKeys: String, CodingKey {
    case spAppID = "sp_appid"
    case spMerchant = "sp_mchid"
    case subMerchant = "sub_mchid"
    case outTradeNumber = "out_trade_no"
    case transactionID = "transaction_id"
    case description
    case attach
    case amount
    case scene = "scene_info"
    case bankType = "bank_type"
    case tradeType = "trade_type"
    case tradeState = "trade_state"
    case tradeStateDescription = "trade_state_description"
    case debtState = "debt_state"
    case errorType = "error_type"
    case successTime = "success_time"
  }
}
