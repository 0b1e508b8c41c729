import AsyncHTTPClient
import CanteenCore
import Concurrency
import Crypto
import Foundation
import GatewayProtocol
import NIOCore
import NIOHTTP1
import NIOPosix
import OrderLedger

/// The till's calls to its gateway. Every answer is bounded and every failure says what it means.
struct GatewayClient: Sendable {
  /// Whether the last call got an answer.
  enum Link: Sendable, Equatable {
    case unknown
    case up
    case down(since: Timestamp)
  }

  private static let largestAnswer = 16 << 20
  /// Long, because a platform may ask the payer for a password, and the gateway waits for the outcome.
  static let codeTimeout: TimeAmount = .seconds(90)

  let gateway: URL
  let terminal: TerminalID?
  let http: HTTPClient
  let wallClock: any WallClock
  let link = Broadcast(Link.unknown)

  func pair(_ request: PairRequest) async throws -> PairResponse {
    try await post("v1/terminals/pair", request)
  }

  func lease(_ request: LeaseRequest) async throws -> SignedText {
    try await post("v1/lease", request)
  }

  func library(from place: StorePlace) async throws -> SealedBatch {
    try await get("v1/library?\(place.query)")
  }

  /// Long poll: answers when there is news, at the latest after `wait` seconds.
  func events(from place: StorePlace, wait: Int) async throws -> TerminalEvents {
    try await get("v1/results?\(place.query)&wait=\(wait)", timeout: .seconds(Int64(wait) + 10))
  }

  /// Hands on a ledger file that somebody carried to this till.
  func bring(_ line: Data) async throws -> CarriedLedger {
    var request = HTTPClientRequest(url: url("v1/exports"))
    request.method = .POST
    request.body = .bytes(ByteBuffer(bytes: line))
    return try await send(request, timeout: .seconds(120))
  }

  func get<Answer: Decodable>(_ path: String, timeout: TimeAmount = .seconds(15)) async throws
    -> Answer
  {
    try await send(HTTPClientRequest(url: url(path)), timeout: timeout)
  }

  func post<Answer: Decodable>(_ path: String, _ body: some Encodable, timeout: TimeAmount = .seconds(15))
    async throws -> Answer
  {
    var request = HTTPClientRequest(url: url(path))
    request.method = .POST
    request.headers.add(name: "content-type", value: "application/json")
    request.body = .bytes(ByteBuffer(string: try CanonicalJSON.text(body)))
    return try await send(request, timeout: timeout)
  }

  private func url(_ path: String) -> String {
    var base = gateway.absoluteString
    while base.hasSuffix("/") { base.removeLast() }
    return "\(base)/\(path)"
  }

  private func send<Answer: Decodable>(_ request: HTTPClientRequest, timeout: TimeAmount) async throws
    -> Answer
  {
    var request = request
    if let terminal { request.headers.add(name: TerminalHeader.name, value: terminal.text) }
    let (status, body) = try await exchange(request, timeout: timeout)
    guard (200..<300).contains(status) else {
      throw (try? JSONDecoder().decode(Refusal.self, from: body))
        ?? Refusal(code: .unknown("http_\(status)"), message: "The gateway answered HTTP \(status).")
    }
    return try JSONDecoder().decode(Answer.self, from: body)
  }

  private func exchange(_ request: HTTPClientRequest, timeout: TimeAmount) async throws -> (UInt, Data) {
    do {
      let response = try await http.execute(request, timeout: timeout)
      let body = try await response.body.collect(upTo: Self.largestAnswer)
      note(.up)
      return (response.status.code, Data(body.readableBytesView))
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      note(.down(since: wallClock.now()))
      throw GatewayUnreachable(gateway: gateway, reason: "\(error)", wasSent: !error.happenedBeforeSending)
    }
  }

  private func note(_ new: Link) {
    switch (link.latest, new) {
    case (.down, .down), (.up, .up): break
    default: link.send(new)
    }
  }
}

extension GatewayClient: OrderTransport {
  func upload(_ upload: OrderUpload) async throws -> OrderUploadAnswer {
    try await post("v1/orders", upload)
  }

  func held(_ question: HeldLedgerQuestion) async throws -> SignedText {
    do {
      return try await get("v1/ledger/end?\(question.query)")
    } catch let refusal as Refusal where refusal.saysNoSuchCall {
      throw HeldLedgerError.missing
    }
  }

  func ownEntries(after sequence: Int64) async throws -> [LedgerEntry] {
    let held: OrderUpload = try await get("v1/ledger?after=\(sequence)")
    return held.entries
  }

  /// None from a gateway that keeps none.
  func strayEntries(after place: Int64) async throws -> StrayEntries {
    do {
      return try await get("v1/ledger/strays?after=\(place)")
    } catch let refusal as Refusal where refusal.saysNoSuchCall {
      return .none
    }
  }
}

extension Refusal {
  /// Whether the gateway is of a version that does not know the call.
  fileprivate var saysNoSuchCall: Bool { code == .known(.notFound) || code == .unknown("http_404") }
}

struct GatewayUnreachable: Error, CustomStringConvertible {
  let gateway: URL
  let reason: String
  /// False when the request certainly never left this box.
  var wasSent = true

  var description: String {
    "The gateway at \(gateway) does not answer (\(reason)); check that it runs and the address is right."
  }
}

extension Error {
  fileprivate var happenedBeforeSending: Bool {
    self is NIOConnectionError || self as? HTTPClientError == .connectTimeout
  }
}

extension HTTPClient {
  /// Reports a failed connection at once and never retries by itself: our own schedules decide when to retry.
  /// Lives as long as the program.
  static let impatient: HTTPClient = {
    var configuration = HTTPClient.Configuration(timeout: .init(connect: .seconds(3)))
    configuration.connectionPool.retryConnectionEstablishment = false
    return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
  }()
}
