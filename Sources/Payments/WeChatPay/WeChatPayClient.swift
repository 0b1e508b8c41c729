public import AsyncHTTPClient
public import CanteenCore
public import Foundation
import NIOCore
public import PaymentPlatform

/// WeChat Pay API v3 for K12 offline face payment, in service-provider mode.
///
/// Every request is signed with the merchant's key. Every answer is verified before it is used; the file of a
/// bill is checked against the hash in a verified answer.
public struct WeChatPayClient: Sendable {
  let credentials: WeChatPayCredentials
  let connection: WeChatPayConnection

  /// - Parameters:
  ///   - baseURL: scheme, host and port; the path of every call is appended.
  ///   - httpClient: made with ``httpClientConfiguration``.
  ///   - wallClock: dates the signatures and judges the age of answers.
  ///   - nonce: gives 1 … 32 characters of `A–Z a–z 0–9`, never the same twice.
  ///   - answerTimeout: how long to wait until an answer begins. After that, `httpClient` limits each pause
  ///     between bytes, and the whole answer may take three times as long as this, a bill thirty times.
  public init(
    credentials: WeChatPayCredentials, baseURL: URL, httpClient: HTTPClient, wallClock: any WallClock,
    nonce: @escaping @Sendable () -> String = Self.randomNonce, answerTimeout: Duration = .seconds(10)
  ) {
    self.credentials = credentials
    connection = WeChatPayConnection(
      signer: RequestSigner(credentials: credentials), verifier: AnswerVerifier(credentials: credentials),
      origin: baseURL.absoluteString.trimmingSuffix("/"), httpClient: httpClient, wallClock: wallClock,
      nonce: nonce, answerTimeout: answerTimeout)
  }

  /// No redirects, no silent second connection, and a connect timeout well below a request's, so that "not
  /// sent" can be told from "no answer".
  public static var httpClientConfiguration: HTTPClient.Configuration {
    var configuration = HTTPClient.Configuration(
      redirectConfiguration: .disallow, timeout: .init(connect: .seconds(5), read: .seconds(10)))
    configuration.connectionPool.retryConnectionEstablishment = false
    configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
    return configuration
  }

  /// 32 characters from the system's random source.
  @Sendable public static func randomNonce() -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
    return String((0..<32).map { _ in alphabet[Int.random(in: alphabet.indices)] })
  }

  /// The credential that lets a terminal recognise (`POST /v3/offlineface/authinfo`).
  ///
  /// - Parameter rawData: what the terminal's recognition software says about itself.
  public func authinfo(
    device: TerminalID, rawData: String, organization: OrganizationID, subMerchant: String
  ) async throws(WeChatPayError) -> String {
    struct Answer: Decodable {
      let authinfo: String
    }
    let fields = [
      "sp_appid": credentials.spAppID, "sub_mchid": subMerchant, "device_id": device.text,
      "organization_id": organization.text, "raw_data": rawData,
    ]
    let body = try encoded { try JSONEncoder.canonical.encode(fields) }
    return try await connection.answer(to: .post(["v3", "offlineface", "authinfo"], body: body))
      .value(Answer.self).authinfo
  }

  /// The platform's record of one face user.
  ///
  /// - Throws: ``WeChatPayError/notFound(_:)`` when nobody has signed for this user.
  public func faceUser(
    _ outUserID: OutUserID, in organization: OrganizationID
  ) async throws(WeChatPayError) -> FaceUserRecord {
    let call = SignedCall.get([
      "v3", "offlinefacemch", "organizations", organization.text, "users", "out-user-id", outUserID.text,
    ])
    return try await connection.answer(to: call).value(FaceUserAnswer.self)
      .record(decrypt: credentials.decrypted)
  }

  /// The bytes of a deduction, as this merchant sends them.
  public func body(of deduction: FaceDeduction) throws(WeChatPayError) -> Data {
    try encoded { try deduction.body(spMerchant: credentials.spMerchant, spAppID: credentials.spAppID) }
  }

  /// Takes the money for one order, once: the platform answers a repeated call from memory.
  public func deduct(_ deduction: FaceDeduction) async -> Deduction {
    do throws(WeChatPayError) {
      return await deduct(
        SentOrder(
          deduction.outTradeNumber, amount: deduction.amount,
          request: PlatformRequest(body: try body(of: deduction))),
        subMerchant: deduction.subMerchant)
    } catch {
      return Deduction(withoutAnswer: error)
    }
  }

  /// The same with bytes that were made before, perhaps by a merchant with other numbers.
  ///
  /// - Parameter subMerchant: whose money it is when the bytes do not say.
  func deduct(_ sent: SentOrder, subMerchant: String) async -> Deduction {
    do throws(WeChatPayError) {
      let answer = try await connection.answer(
        to: .post(["v3", "offlineface", "transactions"], body: sent.request?.body ?? Data()))
      return Deduction(answer: answer, to: expected(of: sent, subMerchant: subMerchant))
    } catch {
      return Deduction(withoutAnswer: error)
    }
  }

  /// What became of an order.
  ///
  /// - Parameter subMerchant: whose money it is when no bytes were kept that say so.
  public func deduction(
    of sent: SentOrder, subMerchant: String, businessProductID: Int = 2
  ) async -> Deduction {
    let expected = expected(of: sent, subMerchant: subMerchant)
    let call = SignedCall.get(
      ["v3", "offlineface", "transactions", "out-trade-no", sent.number.text],
      query: [
        ("sp_mchid", expected.spMerchant), ("sub_mchid", expected.subMerchant),
        ("business_product_id", String(businessProductID)),
      ])
    do throws(WeChatPayError) {
      return Deduction(answer: try await connection.answer(to: call), toQueryFor: expected)
    } catch {
      return .unknown(UncertaintyReason(queryWithoutAnswer: error))
    }
  }

  private func expected(of sent: SentOrder, subMerchant: String) -> ExpectedTransaction {
    let merchant = sent.request.flatMap(SentMerchant.init)
    return ExpectedTransaction(
      outTradeNumber: sent.number, amount: sent.amount,
      spMerchant: merchant?.spMerchant ?? credentials.spMerchant,
      subMerchant: merchant?.subMerchant ?? subMerchant)
  }

  func encoded(_ body: () throws -> Data) throws(WeChatPayError) -> Data {
    do {
      return try body()
    } catch {
      throw .notSent(reason: "the request cannot be written as JSON")
    }
  }
}

extension String {
  fileprivate func trimmingSuffix(_ suffix: String) -> String {
    hasSuffix(suffix) ? String(dropLast(suffix.count)) : self
  }
}
