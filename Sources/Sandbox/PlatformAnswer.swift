import Foundation
import HTTPTypes

/// Status and body of one answer, before it is signed.
struct PlatformAnswer: Sendable {
  let status: HTTPResponse.Status
  let body: Data
  var contentType = "application/json; charset=utf-8"

  /// HTTP 200 with JSON.
  init(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    status = .ok
    body = try encoder.encode(value)
  }

  /// HTTP 200 with the bytes of a bill.
  init(file: Data) {
    status = .ok
    body = file
    contentType = "text/plain; charset=utf-8"
  }

  init(_ refusal: PlatformRefusal) {
    status = .init(code: refusal.status)
    // Texts and numbers only: cannot fail; an empty body would still be signed and be no success.
    body = (try? JSONEncoder().encode(refusal)) ?? Data()
  }
}

/// A call that the platform does not fulfil, in the shape of API v3's errors.
struct PlatformRefusal: Error, Sendable, Equatable, Encodable {
  struct Detail: Sendable, Equatable, Encodable {
    let field: String
    let issue: String
    let location: String
  }

  let status: Int
  let code: String
  let message: String
  var detail: Detail?

  private enum CodingKeys: String, CodingKey {
    case code
    case message
    case detail
  }

  static func parameter(_ field: String, _ issue: String) -> PlatformRefusal {
    PlatformRefusal(
      status: 400, code: "PARAM_ERROR", message: "参数错误: \(field) \(issue)",
      detail: .init(field: field, issue: issue, location: "body"))
  }

  static func invalidRequest(_ message: String) -> PlatformRefusal {
    PlatformRefusal(status: 400, code: "INVALID_REQUEST", message: message)
  }

  static func signature(_ issue: String) -> PlatformRefusal {
    PlatformRefusal(
      status: 401, code: "SIGN_ERROR", message: "签名错误: \(issue)",
      detail: .init(field: "signature", issue: issue, location: "authorization"))
  }

  static let systemError = PlatformRefusal(status: 500, code: "SYSTEM_ERROR", message: "系统异常,请稍后重试")
  static let frequencyLimited = PlatformRefusal(status: 429, code: "RATELIMIT_EXCEEDED", message: "频率超限")
  static let riskRejected = PlatformRefusal(status: 403, code: "RISK_REJECTED", message: "订单存在风险,已被拦截")
  static let accepted = PlatformRefusal(status: 202, code: "ACCEPTED", message: "已受理,请以相同参数重试")
  static let noSuchOrder = PlatformRefusal(status: 404, code: "ORDER_NOT_EXIST", message: "订单不存在")
  static let noSuchUser = PlatformRefusal(status: 404, code: "RESOURCE_NOT_EXISTS", message: "用户不存在")
}
