import CanteenCore
import Crypto
import CryptoExtras
import Foundation
import PaymentPlatform
import Testing

@testable import WeChatPay

@Suite struct NotificationTests {
  private let platformKey: _RSA.Signing.PrivateKey
  private let credentials: WeChatPayCredentials
  private let now = Timestamp(millisecondsSince1970: GoldenVector.timestamp * 1_000)
  private let change = #"{"user_id":"U1","out_user_id":"pupil-01","organization_id":"O1000"}"#

  init() throws {
    platformKey = try _RSA.Signing.PrivateKey(keySize: .bits2048)
    credentials = try WeChatPayCredentials(
      spMerchant: "1900000001", spAppID: "wx0011223344556677", certificateSerial: "AB12CD34",
      merchantPrivateKey: GoldenVector.merchantPrivateKey, platformKeyID: GoldenVector.platformKeyID,
      platformPublicKey: platformKey.publicKey.pemRepresentation,
      apiV3Key: "0123456789abcdef0123456789abcdef")
  }

  private func body(
    type: String = "FACEPAY.USER_STATE_CHANGE", key: String = "0123456789abcdef0123456789abcdef"
  ) throws -> Data {
    let sealed = try AES.GCM.seal(
      Data(change.utf8), using: SymmetricKey(data: Data(key.utf8)),
      nonce: AES.GCM.Nonce(data: Data("0123456789ab".utf8)), authenticating: Data("facepay".utf8))
    let ciphertext = (sealed.ciphertext + sealed.tag).base64EncodedString()
    return Data(
      #"""
      {"id":"1","event_type":"\#(type)","resource_type":"encrypt-resource","resource":{"algorithm":\#
      "AEAD_AES_256_GCM","original_type":"facepay","associated_data":"facepay","nonce":"0123456789ab",\#
      "ciphertext":"\#(ciphertext)"}}
      """#.utf8)
  }

  private func headers(for body: Data) throws -> [String: String] {
    let message = Data("\(GoldenVector.timestamp)\nnonce\n".utf8) + body + Data("\n".utf8)
    let signature = try platformKey.signature(for: message, padding: .insecurePKCS1v1_5)
    return [
      "wechatpay-timestamp": String(GoldenVector.timestamp), "WECHATPAY-NONCE": "nonce",
      "Wechatpay-Serial": GoldenVector.platformKeyID,
      "Wechatpay-Signature": signature.rawRepresentation.base64EncodedString(),
    ]
  }

  private func event(
    _ headers: [String: String], _ body: Data, secondsLater: Int64 = 0, organization: String = "O1000"
  ) throws -> PlatformEvent {
    try WeChatPayNotification(
      headers: headers, body: body, credentials: credentials,
      now: now.advanced(by: .seconds(secondsLater))
    ).event(for: OrganizationID(organization))
  }

  @Test func `A notification that comes twice is the same hint`() throws {
    let body = try body()
    let headers = try headers(for: body)
    for _ in 1...2 { #expect(try event(headers, body) == .userChanged(OutUserID("pupil-01"))) }
  }

  @Test func `An altered notification is refused`() throws {
    let genuine = try body()
    let headers = try headers(for: genuine)
    var altered = genuine
    altered[20] ^= 1
    #expect(throws: EventRefusal.unverified(AnswerFlaw.wrongSignature.description)) {
      try event(headers, altered)
    }
    #expect(throws: EventRefusal.unverified(AnswerFlaw.unsigned.description)) { try event([:], genuine) }
  }

  @Test(arguments: [300, -300] as [Int64])
  func `A notification five minutes or more away is refused`(secondsLater: Int64) throws {
    let body = try body()
    let headers = try headers(for: body)
    #expect(throws: EventRefusal.unverified(AnswerFlaw.outsideTimeWindow.description)) {
      try event(headers, body, secondsLater: secondsLater)
    }
  }

  @Test func `A probe of the signature check is refused`() throws {
    let body = try body()
    var headers = try headers(for: body)
    headers["Wechatpay-Signature"] = "WECHATPAY/SIGNTEST/abc"
    #expect(throws: EventRefusal.probe) { try event(headers, body) }
  }

  @Test func `A resource sealed with another key cannot be opened`() throws {
    let body = try body(key: "ffffffffffffffffffffffffffffffff")
    #expect(throws: EventRefusal.unreadable) { try event(headers(for: body), body) }
  }

  @Test func `Another school's user and an unknown type are not ours`() throws {
    let ours = try body()
    #expect(throws: EventRefusal.notOurs) { try event(headers(for: ours), ours, organization: "O2") }
    let unknown = try body(type: "TRANSACTION.NEW")
    #expect(throws: EventRefusal.notOurs) { try event(headers(for: unknown), unknown) }
  }
}
