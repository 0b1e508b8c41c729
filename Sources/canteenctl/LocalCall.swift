import ArgumentParser
import AsyncHTTPClient
import Foundation
import GatewayProtocol
import NIOCore
import NIOFoundationCompat
import NIOHTTP1

/// One call to a daemon: its JSON, or the sentence it refused with.
struct LocalCall {
  private static let largestAnswer = 64 << 20

  /// A person waits: that nobody answers is said at once.
  private static let http: HTTPClient = {
    var configuration = HTTPClient.Configuration(timeout: .init(connect: .seconds(3)))
    configuration.connectionPool.retryConnectionEstablishment = false
    return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
  }()

  let base: String
  var headers: [(String, String)] = []
  /// What a person can do when nobody answers.
  let hint: String

  func get(_ path: String) async throws -> Data {
    try await send(.GET, path, body: nil, timeout: .seconds(60))
  }

  func post(_ path: String, _ body: ByteBuffer = ByteBuffer()) async throws -> Data {
    try await send(.POST, path, body: body, timeout: .seconds(120))
  }

  func delete(_ path: String) async throws -> Data {
    try await send(.DELETE, path, body: nil, timeout: .seconds(60))
  }

  private func send(_ method: HTTPMethod, _ path: String, body: ByteBuffer?, timeout: TimeAmount) async throws
    -> Data
  {
    var request = HTTPClientRequest(url: "\(base)/\(path)")
    request.method = method
    for (name, value) in headers { request.headers.add(name: name, value: value) }
    if let body { request.body = .bytes(body) }
    let status: HTTPResponseStatus
    let answer: Data
    do {
      let response = try await Self.http.execute(request, timeout: timeout)
      status = response.status
      answer = Data(buffer: try await response.body.collect(upTo: Self.largestAnswer))
    } catch {
      throw Complaint(hint)
    }
    guard (200..<300).contains(status.code) else {
      let refusal = try? JSONDecoder().decode(Refusal.self, from: answer)
      throw Complaint(refusal?.message ?? "The answer was HTTP \(status.code).")
    }
    return answer
  }
}

/// One sentence for the person at the keyboard; the program then exits with 1.
struct Complaint: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}

/// How commands reach the till on this machine.
struct TillOptions: ParsableArguments {
  @Option(help: "Unix socket of canteend; also $CANTEEN_SOCKET.")
  var socket: String?

  @Flag(help: "Print the till's JSON as it is.")
  var json = false

  var call: LocalCall {
    let path = socket ?? ProcessInfo.processInfo.environment["CANTEEN_SOCKET"] ?? "/run/canteen/canteend.sock"
    let host = path.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? path
    return LocalCall(
      base: "http+unix://\(host)", headers: [("host", "localhost")],
      hint: "No till answers at \(path); start canteend, or name its socket with --socket.")
  }
}

/// How commands reach the gateway.
struct GatewayOptions: ParsableArguments {
  @Option(help: "Address of the gateway; also $CANTEEN_GATEWAY.")
  var gateway: String?

  @Option(help: "File with the admin token; also $CANTEEN_ADMIN_TOKEN_FILE.")
  var tokenFile: String?

  @Flag(help: "Print the gateway's JSON as it is.")
  var json = false

  func call() throws -> LocalCall {
    let environment = ProcessInfo.processInfo.environment
    let address = gateway ?? environment["CANTEEN_GATEWAY"] ?? "http://127.0.0.1:8780"
    let file =
      tokenFile ?? environment["CANTEEN_ADMIN_TOKEN_FILE"] ?? "/var/lib/canteen-gateway/keys/admin.token"
    guard let token = try? String(contentsOfFile: file, encoding: .utf8) else {
      throw Complaint("The admin token \(file) cannot be read; name the file with --token-file.")
    }
    return LocalCall(
      base: address, headers: [("authorization", "Bearer \(token)")],
      hint: "No gateway answers at \(address); start canteen-gateway, or name its address with --gateway.")
  }
}

/// Runs a command; a complaint becomes one line on standard error and exit code 1.
func orComplain(_ work: () async throws -> Void) async throws {
  do {
    try await work()
  } catch let complaint as Complaint {
    FileHandle.standardError.write(Data("canteenctl: \(complaint)\n".utf8))
    throw ExitCode.failure
  }
}
