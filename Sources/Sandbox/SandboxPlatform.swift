import Crypto
import CryptoExtras
import Foundation

/// The platform at work: one call at a time, each change in the journal before it counts.
actor SandboxPlatform {
  nonisolated let identity: SandboxIdentity
  nonisolated let now: @Sendable () -> Date

  private let journal: Journal
  private let sealingKey: SymmetricKey
  private(set) var bank: Bank
  private var gate: RequestGate
  private var faults = FaultPlan()
  var pace = Pace()
  var shelf = BillShelf()

  init(folder: DataFolder, now: @escaping @Sendable () -> Date) throws(SandboxError) {
    let identity = try SandboxIdentity(keptIn: folder)
    var bank = Bank()
    journal = try Journal(in: folder) { bank.apply($0) }
    self.bank = bank
    self.identity = identity
    self.now = now
    sealingKey = SymmetricKey(data: identity.numbers.sealingKey)
    gate = RequestGate(identity)
  }

  func admit(_ authorization: String?, method: String, target: String, body: Data) throws(PlatformRefusal) {
    try gate.admit(authorization, method: method, target: target, body: body, at: now())
  }

  func authinfo(_ body: Data) throws -> PlatformAnswer {
    let request = try Self.decode(AuthinfoRequest.self, from: body)
    let authinfo = try request.granted(by: identity.numbers, at: now())
    return try PlatformAnswer(["authinfo": authinfo.sealed(with: sealingKey)])
  }

  func user(outUserID: String, organizationID: String) throws -> PlatformAnswer {
    guard let account = bank.account(outUserID: outUserID, in: organizationID) else {
      throw PlatformRefusal.noSuchUser
    }
    let key = try _RSA.Encryption.PublicKey(
      derRepresentation: identity.merchantKey.publicKey.derRepresentation)
    return try PlatformAnswer(UserAnswer(account, nameEncryptedTo: key))
  }

  func nextFault(of operation: Fault.Operation) -> Fault? { faults.next(of: operation) }

  func deduct(_ body: Data) throws -> PlatformAnswer {
    let request = try Self.decode(DeductionRequest.self, from: body)
    try request.check(against: identity.numbers)
    let userID: String
    if let known = bank.transactions[request.outTradeNumber] {
      // The token was checked when the order first came; parameters that differ from then are refused below.
      userID = known.userID
    } else {
      guard let token = FaceToken(request.authCode) else { throw PlatformRefusal.invalidToken }
      userID = try token.person(paying: request, sealingKey: sealingKey, at: now())
    }
    let decision = bank.deduct(
      request, fingerprint: try request.fingerprint(), userID: userID, dayLimit: pace.dayLimit, at: now())
    try commit(decision.change)
    return try answer(about: try decision.answer.get())
  }

  /// - Parameter product: `business_product_id` of the query, required.
  func transaction(
    outTradeNumber: String, spMerchant: String?, subMerchant: String?, product: Int?
  ) throws -> PlatformAnswer {
    guard spMerchant == identity.numbers.spMerchant else {
      throw PlatformRefusal.parameter("sp_mchid", "is unknown")
    }
    guard subMerchant == identity.numbers.subMerchant else {
      throw PlatformRefusal.parameter("sub_mchid", "is unknown")
    }
    guard let product else { throw PlatformRefusal.parameter("business_product_id", "is missing") }
    guard let transaction = bank.transactions[outTradeNumber], transaction.tradeState != .notPaid,
      transaction.order.product == product
    else { throw PlatformRefusal.noSuchOrder }
    return try answer(about: transaction)
  }

  private func answer(about transaction: Transaction) throws -> PlatformAnswer {
    let refunds = bank.refunds(of: transaction.order.outTradeNumber)
    return try PlatformAnswer(TransactionAnswer(transaction, isRefunded: !refunds.isEmpty))
  }

  func commit(_ change: Bank.Change) throws {
    guard change != Bank.Change() else { return }
    try journal.append(change)
    bank.apply(change)
  }

  static func decode<Value: Decodable>(_ type: Value.Type, from body: Data) throws(PlatformRefusal) -> Value {
    do {
      return try JSONDecoder().decode(type, from: body)
    } catch DecodingError.keyNotFound(let key, let context) {
      throw .parameter((context.codingPath + [key]).map(\.stringValue).joined(separator: "."), "is missing")
    } catch DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context) {
      throw .parameter(context.codingPath.map(\.stringValue).joined(separator: "."), "has the wrong type")
    } catch {
      throw .parameter("body", "is not JSON")
    }
  }
}

/// What the control interface asks for.
extension SandboxPlatform {
  func plan(_ fault: Fault, of operation: Fault.Operation, count: Int) {
    faults.add(fault, to: operation, count: count)
  }

  /// By order number.
  func transactions() -> [TransactionSummary] {
    let refunds = Dictionary(grouping: bank.refunds.values, by: \.outTradeNumber)
    return bank.transactions.values.sorted { $0.order.outTradeNumber < $1.order.outTradeNumber }
      .map { TransactionSummary($0, refunds: refunds[$0.order.outTradeNumber] ?? []) }
  }

  func amend(_ amendment: PaceAmendment) -> Pace {
    pace.refunds = amendment.refunds ?? pace.refunds
    pace.bills = amendment.bills ?? pace.bills
    pace.dayLimit = amendment.dayLimit ?? pace.dayLimit
    return pace
  }

  /// Makes a guardian's contract, or renews the one of the same user.
  func sign(_ contract: ContractRequest) throws -> Account {
    guard contract.organizationID == identity.numbers.organizationID else {
      throw PlatformRefusal.parameter("organization_id", "is not \(identity.numbers.organizationID)")
    }
    guard contract.outUserID.utf8.count > 5 else {
      throw PlatformRefusal.parameter("out_user_id", "has 6 or more characters")
    }
    var account =
      bank.account(outUserID: contract.outUserID, in: contract.organizationID)
      ?? Account(
        userID: .random(32, of: "abcdef0123456789"), outUserID: contract.outUserID,
        organizationID: contract.organizationID, contractID: .random(24, of: "0123456789"),
        contractState: .contracted, status: .normal, balance: ContractRequest.usualBalance)
    account.contractState = .contracted
    account.userName = contract.userName ?? account.userName
    return try settle(account, balance: contract.balance)
  }

  func amend(outUserID: String, _ amendment: ContractAmendment) throws -> Account {
    guard var account = bank.account(outUserID: outUserID, in: identity.numbers.organizationID) else {
      throw PlatformRefusal.noSuchUser
    }
    account.status = amendment.status ?? account.status
    account.contractState = amendment.contractState ?? account.contractState
    return try settle(account, balance: amendment.balance)
  }

  private func settle(_ account: Account, balance: Int64?) throws -> Account {
    guard let balance else {
      try commit(.init(accounts: [account]))
      return account
    }
    guard balance >= 0 else { throw PlatformRefusal.parameter("balance_fen", "is negative") }
    let change = bank.repaying(account, balance: balance)
    try commit(change)
    return change.accounts.first ?? account
  }
}
