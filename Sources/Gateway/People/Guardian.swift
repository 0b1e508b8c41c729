import CanteenCore
import Crypto
import Foundation
import GatewayProtocol

/// Whose phone and contract account pay for a user. Personal data: its description hides both.
struct Guardian: Sendable, Equatable, Codable, CustomStringConvertible, CustomReflectable {
  /// A mobile number of the Chinese mainland: 11 digits, the first a 1.
  let phone: String
  /// Empty when the school gave none.
  let contractAccount: String

  private static let longestAccount = 64

  init(phone: String, contractAccount: String) throws(GuardianError) {
    guard phone.utf8.count == 11, phone.utf8.first == UInt8(ascii: "1"),
      phone.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
    else { throw .badPhone }
    guard contractAccount.count <= Self.longestAccount else { throw .badAccount }
    self.phone = phone
    self.contractAccount = contractAccount
  }

  var description: String { "Guardian(hidden)" }
  var customMirror: Mirror { Mirror(self, children: []) }

  private enum CodingKeys: String, CodingKey {
    case phone
    case contractAccount = "contract_account"
  }
}

/// Why particulars of a guardian are refused; does not repeat them.
enum GuardianError: Error, Equatable, CustomStringConvertible {
  case badPhone
  case badAccount
  case accountWithoutPhone

  var description: String {
    switch self {
    case .badPhone:
      "The phone is not a mainland mobile number: 11 digits, the first a 1; "
        + "in a spreadsheet, format the column as text."
    case .badAccount: "The contract account is longer than 64 characters."
    case .accountWithoutPhone: "A contract account needs the phone it belongs to."
    }
  }
}

/// Encrypts guardians at rest with AES-GCM, bound to their user, and makes what tills may know of them.
struct GuardianVault: Sendable {
  let key: SymmetricKey
  /// For ``GuardianAccount/key``. Without it nobody can find a phone number by trying one after the other.
  let accountKey: SymmetricKey

  func seal(_ guardian: Guardian, of user: OutUserID) throws -> Data {
    let box = try AES.GCM.seal(
      CanonicalJSON.data(guardian), using: key, authenticating: associatedData(user))
    // nil only for nonces of another length than AES.GCM's own.
    guard let combined = box.combined else { throw CryptoKitError.incorrectParameterSize }
    return combined
  }

  func open(_ sealed: Data, of user: OutUserID) throws -> Guardian {
    let plain = try AES.GCM.open(
      AES.GCM.SealedBox(combined: sealed), using: key, authenticating: associatedData(user))
    return try JSONDecoder().decode(Guardian.self, from: plain)
  }

  /// Equal for users who share phone and contract account.
  func account(of guardian: Guardian) -> GuardianAccount? {
    // The phone has a fixed length: no two different pairs give the same text.
    let code = HMAC<SHA256>.authenticationCode(
      for: Data((guardian.phone + guardian.contractAccount).utf8), using: accountKey)
    return PhoneTail(String(guardian.phone.suffix(4))).map {
      GuardianAccount(key: Data(code).prefix(16).hex, phoneTail: $0)
    }
  }

  private func associatedData(_ user: OutUserID) -> Data { Data("canteen-guardian-1 \(user)".utf8) }
}
