import AsyncHTTPClient
import CanteenCore
import Crypto
import Foundation
import Identity
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization
import X509

/// Who answers at the other end, as far as the till cares.
enum GatewayTrust: Sendable {
  /// A gateway on this machine, from before tills had certificates that anybody looked at.
  case plain
  /// Anybody; good only for asking who it is.
  case anybody
  case certified(by: CertificateJudge)
}

/// Connections to one gateway. Nothing is sent on one before the certificate at its other end was judged.
///
/// The client that carries them offers no way to judge during the handshake, and so none that keeps dates apart; it does
/// ask before it uses a new connection.
final class GatewayConnections: Sendable {
  private struct State {
    var address: URL
    var trust: GatewayTrust
    var own: TLSConfiguration
    /// The certificate in it, DER.
    var shown: [UInt8]?
    /// When a lease last told the time over a connection.
    var timeKnownAt: MonotonicInstant?
    /// A connection stands whose certificate's dates nobody could judge.
    var hasUndated = false
    /// Connections of an earlier round are not used again.
    var round: Int64 = 0
  }

  /// A gateway's certificate whose dates do not fit the till's time may mean that the time is wrong, and only a lease, over
  /// such a connection, can set it right. The lease is signed and answers this till's own question.
  static let trustsItsTimeFor: Duration = .seconds(600)

  /// One request, with what the till shows of itself on its way.
  struct Call {
    var request: HTTPClientRequest
    /// Path and query.
    let target: String
    /// DER; nil when nothing is shown.
    let shown: [UInt8]?
  }

  private let http: HTTPClient
  private let clock: any MonotonicClock
  private let state: Mutex<State>
  private let door: Door

  /// - Parameters:
  ///   - own: what the till shows: its certificate, PEM, and the key; nil shows nothing.
  ///   - now: the time, where it is known for sure.
  init(
    to address: URL, trusting trust: GatewayTrust, showing own: (String, P256.Signing.PrivateKey)? = nil,
    clock: any MonotonicClock = SystemMonotonicClock(), now: @escaping @Sendable () -> Timestamp?
  ) throws {
    self.clock = clock
    let (tls, shown) = try Self.tls(showing: own)
    state = Mutex(State(address: address, trust: trust, own: tls, shown: shown))
    let door = Door(now: now)
    self.door = door
    var configuration = HTTPClient.Configuration(timeout: .init(connect: .seconds(3)))
    // Our own schedules decide when to try again.
    configuration.connectionPool.retryConnectionEstablishment = false
    configuration.http1_1ConnectionDebugInitializer = { door.admit($0) }
    configuration.httpVersion = .http1Only
    http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    door.connections = self
  }

  deinit {
    let http = http
    Task { try? await http.shutdown() }
  }

  var address: URL { state.withLock { $0.address } }

  /// Whether nobody is asked for a certificate.
  var isPlain: Bool {
    if case .plain = state.withLock({ $0.trust }) { return true }
    return false
  }

  /// New connections go there, by this trust, showing this certificate. Requests that are under way are not disturbed.
  func use(
    _ address: URL, trusting trust: GatewayTrust, showing own: (String, P256.Signing.PrivateKey)?
  ) throws {
    let (tls, shown) = try Self.tls(showing: own)
    state.withLock { state in
      state.address = address
      state.trust = trust
      state.own = tls
      state.shown = shown
      state.round += 1
    }
  }

  /// The time is known now: connections whose certificate was judged without it are not used again.
  func timeIsKnown() {
    let now = clock.now
    let hasUndated = state.withLock { state in
      state.timeKnownAt = now
      return state.hasUndated
    }
    if hasUndated { beginAnew() }
  }

  /// New connections are made by this trust; the till shows what it showed before.
  func trust(_ trust: GatewayTrust) {
    state.withLock { $0.trust = trust }
    beginAnew()
  }

  /// The next request goes over a new connection.
  func beginAnew() {
    state.withLock { state in
      state.round += 1
      state.hasUndated = false
    }
  }

  /// - Parameter path: without a slash at its beginning.
  func call(_ path: String) -> Call {
    let (address, tls, shown) = state.withLock { state in
      var tls = state.own
      // The pool keeps connections of different settings apart.
      tls.shutdownTimeout = tls.shutdownTimeout + .nanoseconds(state.round)
      return (state.address, tls, state.shown)
    }
    var base = address.absoluteString
    while base.hasSuffix("/") { base.removeLast() }
    var request = HTTPClientRequest(url: "\(base)/\(path)")
    request.tlsConfiguration = tls
    return Call(request: request, target: "/\(path)", shown: shown)
  }

  /// - Throws: ``GatewayNotTrusted``, or what the network says.
  func execute(_ request: HTTPClientRequest, timeout: TimeAmount) async throws -> HTTPClientResponse {
    try await http.execute(request, timeout: timeout)
  }

  /// - Parameter now: nil where nobody knows it.
  fileprivate func judge(_ certificate: [UInt8]?, at now: Timestamp?) async throws {
    let (address, trust, timeKnownAt) = state.withLock { ($0.address, $0.trust, $0.timeKnownAt) }
    guard case .certified(let judge) = trust else { return }
    let judged: JudgedCertificate
    do {
      judged = try await judge.judge(certificate, as: .gateway(host: address.host() ?? ""), at: nil)
    } catch {
      throw GatewayNotTrusted(gateway: address, fault: error)
    }
    do {
      try judged.validity.check(at: now)
      if now == nil { state.withLock { $0.hasUndated = true } }
    } catch {
      let isTimeSure = timeKnownAt.map { $0.duration(to: clock.now) < Self.trustsItsTimeFor } ?? false
      if isTimeSure { throw GatewayNotTrusted(gateway: address, fault: error) }
      state.withLock { $0.hasUndated = true }
    }
  }

  private static func tls(showing own: (certificate: String, key: P256.Signing.PrivateKey)?) throws
    -> (TLSConfiguration, shown: [UInt8]?)
  {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.minimumTLSVersion = .tlsv13
    // The library would judge names, dates and signatures as one; ``Door`` judges them apart.
    configuration.certificateVerification = .none
    configuration.trustRoots = .certificates([])
    var shown: [UInt8]?
    if let own {
      let certificate = try NIOSSLCertificate(bytes: [UInt8](own.certificate.utf8), format: .pem)
      shown = try certificate.toDERBytes()
      configuration.certificateChain = [.certificate(certificate)]
      configuration.privateKey = .privateKey(
        try NIOSSLPrivateKey(bytes: [UInt8](own.key.pemRepresentation.utf8), format: .pem))
    }
    return (configuration, shown)
  }
}

/// Admits or closes new connections, before anything is sent on them.
private final class Door: Sendable {
  private struct Weak {
    weak var connections: GatewayConnections?
  }

  private let now: @Sendable () -> Timestamp?
  private let owner = Mutex(Weak())

  init(now: @escaping @Sendable () -> Timestamp?) {
    self.now = now
  }

  var connections: GatewayConnections? {
    get { owner.withLock { $0.connections } }
    set { owner.withLock { $0.connections = newValue } }
  }

  func admit(_ channel: any Channel) -> EventLoopFuture<Void> {
    guard let connections else { return channel.eventLoop.makeFailedFuture(ChannelError.ioOnClosedChannel) }
    if connections.isPlain { return channel.eventLoop.makeSucceededVoidFuture() }
    let judged = channel.nioSSL_peerCertificate().flatMapThrowing { try $0?.toDERBytes() }.flatMap {
      [now] certificate in
      channel.eventLoop.makeFutureWithTask { try await connections.judge(certificate, at: now()) }
    }.flatMapThrowing {
      // One that has closed meanwhile would stay in the client's pool for ever.
      guard channel.isActive else { throw ChannelError.ioOnClosedChannel }
    }
    judged.whenFailure { _ in channel.close(promise: nil) }
    return judged
  }
}

/// Whoever answers is not the till's gateway, or cannot show that it is.
struct GatewayNotTrusted: Error, Equatable, CustomStringConvertible {
  let gateway: URL
  let fault: CertificateFault

  private var host: String { gateway.host() ?? gateway.absoluteString }

  var description: String {
    switch fault {
    case .missing, .unreadable:
      "What answers at \(host) shows no certificate that can be read; it is no gateway of ours, check the address."
    case .wrongAuthority:
      """
      What answers at \(host) is not certified by this school's gateway: it is another gateway, or somebody stands in \
      between. Check address and network; a gateway that was set up anew needs its old keys, or the till is paired again.
      """
    case .wrongRole:
      "What answers at \(host) shows the certificate of a till, not of the gateway; check the address."
    case .wrongName(let names):
      """
      The gateway's certificate is not for \(host), only for \(names.prefix(6).joined(separator: ", ")); use one of \
      these, or add \(host) to "names" in gateway.yaml and restart the gateway.
      """
    case .expired(let time):
      """
      The gateway's certificate expired on \(time.utcText); restart the gateway, and check its clock and this box's.
      """
    case .notYetValid(let time):
      "The gateway's certificate is good only from \(time.utcText); check the gateway's clock and this box's."
    }
  }
}

extension Timestamp {
  /// For people who compare it with another clock.
  fileprivate var utcText: String { "\(schoolTimeText(utcOffset: 0)) UTC" }
}
