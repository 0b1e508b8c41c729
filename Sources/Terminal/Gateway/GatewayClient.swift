import AsyncHTTPClient
import CanteenCore
import Concurrency
import Crypto
import Foundation
import GatewayProtocol
import NIOCore
import NIOHTTP1
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

  let connections: GatewayConnections
  /// Named in the header that a gateway on this machine believes while the till has no certificate.
  let terminal: TerminalID?
  /// The key that signs every answer over TLS; nil where the till has none yet.
  var gatewayKey: P256.Signing.PublicKey?
  let wallClock: any WallClock
  let link = Broadcast(Link.unknown)
  /// Why the last call got no answer; nil when it got one.
  let trouble = Broadcast<String?>(nil)
  /// Whether the gateway answers this till nothing more.
  let isRevoked = Broadcast(false)
  /// The till's certificate, or the gateway's, was refused.
  let certificateRefused = WakeSignal()

  /// For asking whoever answers there who certifies it; nothing else may be told to it.
  static func toAnybody(at address: URL, wallClock: any WallClock) throws -> GatewayClient {
    GatewayClient(
      connections: try GatewayConnections(to: address, trusting: .anybody, now: { nil }), terminal: nil,
      wallClock: wallClock)
  }

  var gateway: URL { connections.address }

  func pair(_ request: PairRequest) async throws -> PairResponse {
    try await post("v1/terminals/pair", request)
  }

  func renew(_ request: RenewRequest) async throws -> RenewResponse {
    try await post("v1/terminals/renew", request)
  }

  /// - Throws: when the gateway does not answer, or is not the right one.
  func isThere() async throws {
    let _: [String: String] = try await get("v1/health")
  }

  func authority() async throws -> AuthorityAnswer { try await get("v1/authority") }

  func listeners() async throws -> ListenersAnswer { try await get("v1/listeners") }

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
    var call = connections.call("v1/exports")
    call.request.method = .POST
    call.request.body = .bytes(ByteBuffer(bytes: line))
    return try await send(call, timeout: .seconds(120))
  }

  func get<Answer: Decodable>(_ path: String, timeout: TimeAmount = .seconds(15)) async throws
    -> Answer
  {
    try await send(connections.call(path), timeout: timeout)
  }

  func post<Answer: Decodable>(_ path: String, _ body: some Encodable, timeout: TimeAmount = .seconds(15))
    async throws -> Answer
  {
    var call = connections.call(path)
    call.request.method = .POST
    call.request.headers.add(name: "content-type", value: "application/json")
    call.request.body = .bytes(ByteBuffer(string: try CanonicalJSON.text(body)))
    return try await send(call, timeout: timeout)
  }

  private func send<Answer: Decodable>(_ call: GatewayConnections.Call, timeout: TimeAmount) async throws
    -> Answer
  {
    var call = call
    if let terminal, connections.isPlain {
      call.request.headers.add(name: TerminalHeader.name, value: terminal.text)
    }
    let status: UInt
    let body: Data
    if let gatewayKey, !connections.isPlain {
      (status, body) = try await signedExchange(call, by: gatewayKey, timeout: timeout)
    } else {
      (status, body, _) = try await exchange(call.request, timeout: timeout)
    }
    guard (200..<300).contains(status) else {
      guard let refusal = try? JSONDecoder().decode(Refusal.self, from: body) else {
        throw Refusal(code: .unknown("http_\(status)"), message: "The gateway answered HTTP \(status).")
      }
      if refusal.code.doubtsCertificate { certificateRefused.wake() }
      if refusal.code == .known(.revoked), !isRevoked.latest { isRevoked.send(true) }
      throw refusal
    }
    if isRevoked.latest { isRevoked.send(false) }
    do {
      return try JSONDecoder().decode(Answer.self, from: body)
    } catch {
      guard body.first == UInt8(ascii: "<") else { throw error }
      throw GatewayUnreachable(gateway: gateway, cause: .notOurLanguage)
    }
  }

  private func signedExchange(
    _ call: GatewayConnections.Call, by key: P256.Signing.PublicKey, timeout: TimeAmount
  ) async throws -> (UInt, Data) {
    var request = call.request
    let question = AnswerSignature.Question(
      nonce: String.nonce(), method: request.method.rawValue, target: call.target, certificate: call.shown)
    request.headers.add(name: AnswerSignature.nonceHeader, value: question.nonce)
    let (status, body, headers) = try await exchange(request, timeout: timeout)
    guard let signature = headers.first(name: AnswerSignature.header),
      AnswerSignature.fits(signature, answering: question, status: Int(status), body: body, key: key)
    else { throw AnswerNotSigned(status: status) }
    return (status, body)
  }

  private func exchange(_ request: HTTPClientRequest, timeout: TimeAmount) async throws -> (
    UInt, Data, HTTPHeaders
  ) {
    do {
      let response = try await connections.execute(request, timeout: timeout)
      let body = try await response.body.collect(upTo: Self.largestAnswer)
      note(.up, trouble: nil)
      return (response.status.code, Data(body.readableBytesView), response.headers)
    } catch is CancellationError {
      throw CancellationError()
    } catch let error as GatewayNotTrusted {
      note(.down(since: wallClock.now()), trouble: error.description)
      certificateRefused.wake()
      throw error
    } catch {
      let silence = GatewayUnreachable(gateway: gateway, error)
      note(.down(since: wallClock.now()), trouble: silence.description)
      throw silence
    }
  }

  private func note(_ new: Link, trouble: String?) {
    if self.trouble.latest != trouble { self.trouble.send(trouble) }
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

/// An answer that does not carry the signature of the gateway that the till was paired with.
struct AnswerNotSigned: Error, CustomStringConvertible {
  let status: UInt

  var description: String {
    """
    An answer (HTTP \(status)) is not signed with the key of the gateway that this till was paired with; was the gateway \
    set up anew without its keys folder?
    """
  }
}

extension RefusalCode {
  /// Whether another certificate would help.
  fileprivate var doubtsCertificate: Bool {
    switch self {
    case .known(.noCertificate), .known(.foreignCertificate), .known(.certificateExpired),
      .known(.certificateNotYetValid):
      true
    case .known, .unknown: false
    }
  }
}

extension Refusal {
  /// Whether the gateway is of a version that does not know the call.
  fileprivate var saysNoSuchCall: Bool { code == .known(.notFound) || code == .unknown("http_404") }
}
