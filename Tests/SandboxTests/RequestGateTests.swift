import CanteenCore
import CryptoExtras
import Foundation
import Testing

@testable import Sandbox

@Suite struct RequestGateTests {
  private let now = Date(timeIntervalSince1970: 1_795_147_200)
  private let body = Data(#"{"a":"学"}"#.utf8)

  /// Signs as the protocol says, then asks the gate; `changed` is what reaches it.
  private func refusal(
    secondsOff: Int64 = 0, merchant: String? = nil, serial: String? = nil, changed: Data? = nil,
    target: String = "/v3/x?y=1", method: String = "POST", header: String? = nil
  ) throws -> PlatformRefusal? {
    let folder = try freshDataFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let identity = try SandboxIdentity(keptIn: DataFolder(folder))
    let timestamp = 1_795_147_200 + secondsOff
    let message = Data("POST\n/v3/x?y=1\n\(timestamp)\nnonce\n".utf8) + body + Data("\n".utf8)
    let signature = try identity.merchantKey.signature(for: message, padding: .insecurePKCS1v1_5)
    let authorization =
      "WECHATPAY2-SHA256-RSA2048 serial_no=\"\(serial ?? identity.numbers.certificateSerial)\","
      + "mchid=\"\(merchant ?? identity.numbers.spMerchant)\",nonce_str=\"nonce\",timestamp=\"\(timestamp)\","
      + "signature=\"\(signature.rawRepresentation.base64EncodedString())\""
    var gate = RequestGate(identity)
    do throws(PlatformRefusal) {
      try gate.admit(
        header ?? authorization, method: method, target: target, body: changed ?? body, at: now)
      return nil
    } catch {
      #expect(error.status == 401 && error.code == "SIGN_ERROR")
      return error
    }
  }

  @Test func `The merchant's request is let in within five minutes`() throws {
    #expect(try refusal() == nil)
    #expect(try refusal(secondsOff: 300) == nil)
    #expect(try refusal(secondsOff: -300) == nil)
    #expect(try refusal(secondsOff: 301) != nil)
    #expect(try refusal(secondsOff: -301) != nil)
  }

  @Test func `A changed body, target or method is refused`() throws {
    #expect(try refusal(changed: Data(#"{"a":"字"}"#.utf8)) != nil)
    #expect(try refusal(changed: body + Data(" ".utf8)) != nil)
    #expect(try refusal(target: "/v3/x?y=2") != nil)
    #expect(try refusal(method: "PUT") != nil)
  }

  @Test func `Another merchant or certificate is refused`() throws {
    #expect(try refusal(merchant: "1900000000") != nil)
    #expect(try refusal(serial: "00") != nil)
  }

  @Test(
    arguments: [
      "", "Basic abc", "WECHATPAY2-SHA256-RSA2048 ", "WECHATPAY2-SHA256-RSA2048 mchid=\"1\"",
      "WECHATPAY2-SHA256-RSA2048 mchid=\"1\",mchid=\"1\",nonce_str=\"n\",timestamp=\"1\",serial_no=\"s\"",
      "WECHATPAY2-SHA256-RSA2048 mchid=1,nonce_str=\"n\",timestamp=\"1\",serial_no=\"s\",signature=\"x\"",
    ])
  func `A malformed header is refused`(header: String) throws {
    #expect(try refusal(header: header) != nil)
  }
}
