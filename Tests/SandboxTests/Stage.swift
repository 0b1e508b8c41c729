import AsyncHTTPClient
import CanteenCore
import Crypto
import Foundation
import GatewayProtocol
import Logging
import NIOCore
import PaymentPlatform
import Testing
import WeChatPay
import Yams

@testable import Sandbox

/// A running sandbox, a gateway's client and one till with its device key.
struct Stage: Sendable {
  let merchant: [String: String]
  let folder: URL
  let clock: AdjustableWallClock
  let httpClient: HTTPClient
  let credentials: WeChatPayCredentials
  let client: WeChatPayClient
  let deviceKey = P256.Signing.PrivateKey()

  static let device = "till-01"

  subscript(key: String) -> String {
    get throws { try #require(merchant[key], "merchant.yaml lacks \(key)") }
  }

  var organization: OrganizationID {
    get throws { try OrganizationID(self["organization_id"]) }
  }

  func client(
    clock: AdjustableWallClock? = nil, answerTimeout: Duration = .seconds(120),
    nonce: @escaping @Sendable () -> String = WeChatPayClient.randomNonce
  ) throws -> WeChatPayClient {
    let baseURL = try #require(URL(string: self["base_url"]))
    return WeChatPayClient(
      credentials: credentials, baseURL: baseURL, httpClient: httpClient, wallClock: clock ?? self.clock,
      nonce: nonce, answerTimeout: answerTimeout)
  }

  func authinfo(key: P256.Signing.PrivateKey? = nil) async throws -> String {
    try await client.authinfo(
      device: TerminalID(Self.device), rawData: rawData(key: key), organization: organization,
      subMerchant: self["sub_mchid"])
  }

  func rawData(key: P256.Signing.PrivateKey? = nil) throws -> String {
    let raw = DeviceRawData(
      device: try TerminalID(Self.device), deviceKey: (key ?? deviceKey).publicKey.x963Representation)
    return try CanonicalJSON.data(raw).base64EncodedString()
  }

  /// A token as a till makes it.
  func token(
    authinfo: String, userID: String, number: String, amount: Int64, key: P256.Signing.PrivateKey? = nil
  ) throws -> String {
    try FaceTokenClaims(
      authinfo: authinfo, device: TerminalID(Self.device), organization: organization,
      merchant: MerchantProfile(spMerchant: self["sp_mchid"], subMerchant: self["sub_mchid"]),
      platformUserID: userID, recognitionMode: 0, amount: Fen(amount), outTradeNumber: OutTradeNumber(number),
      recognisedAt: clock.now(), nonce: "0123456789abcdef"
    ).token(signedBy: key ?? deviceKey)
  }

  func deduction(token: String, number: String, amount: Int64) throws -> FaceDeduction {
    FaceDeduction(
      authCode: token, subMerchant: try self["sub_mchid"], outTradeNumber: try OutTradeNumber(number),
      description: "示范学校午餐", amount: Fen(amount), deviceIP: "127.0.0.1")
  }

  /// A deduction of a user recognised just now.
  func deduction(of userID: String, number: String, amount: Int64 = 1_250) async throws -> FaceDeduction {
    let token = try await token(authinfo: authinfo(), userID: userID, number: number, amount: amount)
    return try deduction(token: token, number: number, amount: amount)
  }

  func query(_ number: String, amount: Int64 = 1_250) async throws -> Deduction {
    await client.deduction(
      of: SentOrder(try OutTradeNumber(number), amount: Fen(amount)), subMerchant: try self["sub_mchid"])
  }
}

/// Runs `body` on a stage of its own, then stops the sandbox and waits for its end.
///
/// - Parameter folder: a data folder that outlives the stage, for a restart; by default one that does not.
@discardableResult
func withStage<Value: Sendable>(
  folder: URL? = nil, clock: AdjustableWallClock = AdjustableWallClock(),
  _ body: @Sendable (Stage) async throws -> Value
) async throws -> Value {
  let isKept = folder != nil
  let folder = try folder ?? freshDataFolder()
  defer {
    if !isKept { try? FileManager.default.removeItem(at: folder) }
  }
  let (addresses, listening) = AsyncStream<String>.makeStream()
  let sandbox = try SandboxConfiguration(dataFolder: folder, port: 0, now: { clock.date })
  var logger = Logger(label: "sandbox")
  logger.logLevel = .critical
  let server = try SandboxServer(sandbox, logger: logger) { listening.yield($0) }
  // All cores are busy with other tests, and some of them for long.
  var configuration = WeChatPayClient.httpClientConfiguration
  configuration.timeout.read = .seconds(120)
  let httpClient = HTTPClient(configuration: configuration)
  let result: Result<Value, any Error>
  do {
    result = .success(
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          defer { listening.finish() }
          try await server.run()
        }
        for await _ in addresses { break }
        let value = try await body(
          try stage(server: server, folder: folder, clock: clock, httpClient: httpClient))
        group.cancelAll()
        while await group.nextResult() != nil {}
        return value
      })
  } catch {
    result = .failure(error)
  }
  try await httpClient.shutdown()
  return try result.get()
}

private func stage(
  server: SandboxServer, folder: URL, clock: AdjustableWallClock, httpClient: HTTPClient
) throws -> Stage {
  let yaml = try String(contentsOf: server.merchantFile, encoding: .utf8)
  let merchant = try YAMLDecoder().decode([String: String].self, from: yaml)
  func field(_ key: String) throws -> String { try #require(merchant[key], "merchant.yaml lacks \(key)") }
  func file(_ key: String) throws -> String {
    try String(contentsOf: folder.appending(path: field(key)), encoding: .utf8)
  }
  let credentials = try WeChatPayCredentials(
    spMerchant: field("sp_mchid"), spAppID: field("sp_appid"), certificateSerial: field("certificate_serial"),
    merchantPrivateKey: file("private_key_file"), platformKeyID: field("platform_key_id"),
    platformPublicKey: file("platform_key_file"), apiV3Key: file("api_v3_key_file"))
  let client = WeChatPayClient(
    credentials: credentials, baseURL: try #require(URL(string: field("base_url"))), httpClient: httpClient,
    wallClock: clock)
  return Stage(
    merchant: merchant, folder: folder, clock: clock, httpClient: httpClient, credentials: credentials,
    client: client)
}

/// A data folder that has its keys already; making RSA keys for each test would take most of its time.
func freshDataFolder() throws -> URL {
  let folder = FileManager.default.temporaryDirectory.appending(path: "sandbox-\(UUID().uuidString)")
  try FileManager.default.copyItem(at: try keyedFolder.get(), to: folder)
  return folder
}

private let keyedFolder = Result {
  let folder = FileManager.default.temporaryDirectory.appending(path: "sandbox-keys-\(UUID().uuidString)")
  _ = try SandboxIdentity(keptIn: DataFolder(folder))
  return folder
}
