import CanteenCore
import Foundation
import GatewayProtocol

/// What the school says about a person besides the face, checked.
struct Particulars: Equatable {
  let displayName: String
  let group: UserGroup?
  let guardian: Guardian?

  /// - Parameters:
  ///   - before: what was known so far; it stays where the request says nothing.
  ///   - guardianBefore: nil also when it could not be opened.
  init(_ request: EnrolmentRequest, before: RecognisedUser?, guardianBefore: Guardian?)
    throws(EnrolmentRefusal)
  {
    displayName = request.displayName ?? before?.displayName ?? ""
    guard (1...40).contains(displayName.count) else {
      throw EnrolmentRefusal("bad_name", "Give a name of 1 to 40 characters.")
    }
    do {
      group =
        switch request.group {
        case nil: before?.group
        case "": nil
        case let text?: try UserGroup(text)
        }
    } catch {
      throw EnrolmentRefusal("bad_group", error.description)
    }
    let phone = request.phone ?? guardianBefore?.phone ?? ""
    let account = request.contractAccount ?? guardianBefore?.contractAccount ?? ""
    do throws(GuardianError) {
      if phone.isEmpty, !account.isEmpty { throw .accountWithoutPhone }
      guardian = phone.isEmpty ? nil : try Guardian(phone: phone, contractAccount: account)
    } catch {
      throw EnrolmentRefusal("bad_guardian", error.description)
    }
  }
}

/// Why a person is not enrolled, for school staff.
struct EnrolmentRefusal: Error, Equatable {
  let code: String
  let reason: String

  init(_ code: String, _ reason: String) {
    self.code = code
    self.reason = reason
  }
}
