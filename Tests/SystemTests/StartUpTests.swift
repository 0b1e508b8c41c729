import CanteenCore
import CanteenTestSupport
import Foundation
import Testing

/// Programs that cannot start: one sentence that says what to do, and an exit code that is not 0.
@Suite(.timeLimit(.minutes(5)))
struct StartUpTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  /// What a program said on standard error before it failed, one line each.
  private func complaint(of program: String, _ arguments: String...) throws -> [Substring] {
    let error = #expect(throws: SubprocessFailed.self) {
      try output(of: Bundle.main.bundleURL.appending(path: program), arguments)
    }
    return (error?.complaint ?? "").split(separator: "\n").filter { !$0.hasPrefix("libpng") }
  }

  private func expect(
    _ words: String, in lines: [Substring], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(lines.count == 1, "\(lines)", sourceLocation: sourceLocation)
    #expect(lines.last?.contains(words) == true, "\(lines)", sourceLocation: sourceLocation)
  }

  private func write(_ text: String, to name: String) throws -> String {
    try text.write(toFile: folder.path(name), atomically: true, encoding: .utf8)
    return folder.path(name)
  }

  private func terminal(camera: String, models: String? = nil, more: String = "") throws -> String {
    try write(
      """
      listen: { port: 0 }
      state: state
      socket: state/socket
      models: "\(try models ?? TestMaterial.models.url().path)"
      web: "\(TestMaterial.project("Web").path)"
      camera: \(camera)
      \(more)
      """, to: "terminal.yaml")
  }

  private func gateway(models: String, merchant: String = "merchant.yaml") throws -> String {
    try write(
      "{ listen: { port: 0 }, data: data, models: \"\(models)\", merchant: \(merchant) }", to: "gateway.yaml")
  }

  /// What the sandbox writes, with keys that are no keys.
  private func merchant() throws {
    let numbers = ["sp_mchid", "sp_appid", "sub_mchid", "certificate_serial"].map { "\($0): \"1\"" }
    let files = ["private_key_file", "platform_key_file", "api_v3_key_file"].map { "\($0): no-such-key" }
    let rest = [
      "platform_key_id: PUB_KEY_ID_1", "organization_id: O1", "organization_name: 学校",
      "base_url: \"http://127.0.0.1:1\"",
    ]
    _ = try write((numbers + files + rest).joined(separator: "\n"), to: "merchant.yaml")
  }

  @Test(arguments: ["canteend", "canteen-gateway", "canteenctl"])
  func `Every installed program says which version it is`(program: String) throws {
    let said = try output(of: Bundle.main.bundleURL.appending(path: program), ["--version"])
    #expect(String(decoding: said, as: UTF8.self) == "\(ProductVersion.current)\n")
  }

  @Test func `A settings file that is missing or misspelt`() throws {
    expect("cannot be read", in: try complaint(of: "canteend", "run", "--config", folder.path("none.yaml")))
    let misspelt = try terminal(camera: "{ device: /dev/video0 }", more: "chekout: { recognition: post }")
    expect("did you mean \"checkout", in: try complaint(of: "canteend", "run", "--config", misspelt))
  }

  @Test func `A till that was never paired`() throws {
    let settings = try terminal(camera: "{ device: /dev/video0 }")
    expect("run `canteend pair`", in: try complaint(of: "canteend", "run", "--config", settings))
  }

  @Test func `A gateway that is down while pairing`() throws {
    let settings = try terminal(camera: "{ device: /dev/video0 }")
    let lines = try complaint(
      of: "canteend", "pair", "--config", settings, "--gateway", "127.0.0.1:1", "--code",
      "ABCDE-FGHJK-LMNPQ-RSTUV-WXYZH")
    expect("Nothing listens on 127.0.0.1 at port 1", in: lines)
  }

  @Test func `A pairing code with a slip, and an address that is none`() throws {
    let settings = try terminal(camera: "{ device: /dev/video0 }")
    func pair(_ gateway: String, _ code: String) throws -> [Substring] {
      try complaint(
        of: "canteend", "pair", "--config", settings, "--gateway", gateway, "--code", code)
    }
    expect(
      "A character of the pairing code is wrong", in: try pair("gateway", "ABCDE-FGHJK-LMNPQ-RSTUV-WXYZD"))
    expect("has 25 characters", in: try pair("gateway", "ABCD-EFGH"))
    expect("is not an address", in: try pair("http://127.0.0.1:8780", "ABCDE-FGHJK-LMNPQ-RSTUV-WXYZH"))
  }

  @Test func `A malformed scenario, and a camera that names two sources`() throws {
    _ = try write("visitors: [{ picture: a.jpg }]", to: "scenario.yaml")
    let settings = try terminal(camera: "{ scenario: scenario.yaml, pictures: . }")
    expect("\"visitors.[0].face\" is missing", in: try complaint(of: "canteend", "run", "--config", settings))
    let two = try terminal(camera: "{ scenario: scenario.yaml, pictures: ., device: /dev/video0 }")
    expect("must name one of", in: try complaint(of: "canteend", "run", "--config", two))
  }

  @Test func `Models that are missing or other than this program's`() throws {
    try merchant()
    let none = try gateway(models: folder.path("models"))
    expect("run `make models`", in: try complaint(of: "canteen-gateway", "--config", none))
    try FileManager.default.createDirectory(atPath: folder.path("models"), withIntermediateDirectories: true)
    for name in ["face_detection_yunet_2023mar.onnx", "face_recognition_sface_2021dec.onnx"] {
      _ = try write("another model", to: "models/\(name)")
    }
    expect("delete it and run `make models`", in: try complaint(of: "canteen-gateway", "--config", none))
  }

  @Test func `The doctor of a till that cannot start names the missing models`() throws {
    try FileManager.default.createDirectory(atPath: folder.path("models"), withIntermediateDirectories: true)
    expect(
      "canteen-fetch-models",
      in: try complaint(
        of: "canteenctl", "doctor", "--socket", folder.path("socket"), "--models", folder.path("models")))
  }

  @Test func `A merchant whose keys are missing`() throws {
    try merchant()
    let settings = try gateway(models: TestMaterial.models.url().path)
    expect("no-such-key cannot be read", in: try complaint(of: "canteen-gateway", "--config", settings))
  }

  @Test func `A gateway that would listen beyond the machine`() throws {
    let settings = try write(
      "{ listen: { host: 0.0.0.0, port: 0 }, data: data, models: m, merchant: m }", to: "gateway.yaml")
    expect(
      "whoever reaches this listener is believed",
      in: try complaint(of: "canteen-gateway", "--config", settings))
  }

  @Test func `canteenctl without a till, a gateway, a token or a photograph`() throws {
    expect(
      "No till answers", in: try complaint(of: "canteenctl", "status", "--socket", folder.path("socket")))
    expect(
      "admin token",
      in: try complaint(of: "canteenctl", "pairing-code", "t", "--token-file", folder.path("no")))
    let token = try write("token", to: "token")
    expect(
      "No gateway answers",
      in: try complaint(
        of: "canteenctl", "pairing-code", "t", "--token-file", token, "--gateway", "http://127.0.0.1:1"))
    expect(
      "photograph",
      in: try complaint(
        of: "canteenctl", "enrol", "--id", "s00001", "--name", "甲", folder.path("none.jpg"), "--token-file",
        token))
  }
}
