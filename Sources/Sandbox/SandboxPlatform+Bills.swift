import Crypto
import Foundation

extension SandboxPlatform {
  static let billsReach = 90
  /// Seconds after midnight of the next day.
  static let billsReadyAfter: TimeInterval = 10 * 3_600

  /// Makes the bill of a day.
  ///
  /// *Assumed:* the codes of the refusals.
  ///
  /// - Parameter origin: scheme, host and port of the address to download it from.
  func tradeBill(day: String?, kind: String?, subMerchant: String?, origin: String) throws -> PlatformAnswer {
    guard let day = day.flatMap(BusinessDay.init) else {
      throw PlatformRefusal.parameter("bill_date", "is not a day such as 2026-11-20")
    }
    guard let kind = TradeBill.Kind(rawValue: kind ?? TradeBill.Kind.all.rawValue) else {
      throw PlatformRefusal.parameter("bill_type", "is not ALL, SUCCESS or REFUND")
    }
    guard subMerchant == nil || subMerchant == identity.numbers.subMerchant else {
      throw PlatformRefusal.parameter("sub_mchid", "is not a sub-merchant")
    }
    let moment = now()
    let today = BusinessDay(of: moment)
    guard (today.number - Self.billsReach...today.number).contains(day.number) else {
      throw PlatformRefusal.parameter("bill_date", "is not one of the last \(Self.billsReach) days")
    }
    let ready = day.start.addingTimeInterval(86_400 + Self.billsReadyAfter)
    guard pace.bills == .atOnce || moment >= ready else { throw PlatformRefusal.statementCreating }
    let bill = TradeBill(kind, of: day, in: bank)
    guard !bill.entries.isEmpty else { throw PlatformRefusal.noStatement }
    let content = bill.csv
    let token = shelf.put(content, at: moment)
    return try PlatformAnswer([
      "hash_type": "SHA1",
      "hash_value": Insecure.SHA1.hash(data: content).map { String(format: "%02x", $0) }.joined(),
      "download_url": "\(origin)/v3/billdownload/file?token=\(token)",
    ])
  }

  func billFile(token: String?) throws -> Data {
    guard let content = token.flatMap({ shelf.bill($0, at: now()) }) else {
      throw PlatformRefusal.parameter("token", "names no bill, or its five minutes are over")
    }
    return content
  }
}

extension PlatformRefusal {
  static let noStatement = PlatformRefusal(status: 400, code: "NO_STATEMENT_EXIST", message: "账单文件不存在")
  static let statementCreating = PlatformRefusal(status: 400, code: "STATEMENT_CREATING", message: "账单生成中")
}
