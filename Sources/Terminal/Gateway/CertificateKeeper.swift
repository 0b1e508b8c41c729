import CanteenCore
import Concurrency
import Crypto
import Foundation
import GatewayProtocol
import Identity
import Logging
import SwiftASN1
import X509

/// Keeps the till's certificate good, learns of a change of the gateway's authority, and brings a till over that was
/// paired before the gateway looked at certificates.
actor CertificateKeeper {
  static let retry = RetrySchedule(first: .seconds(5), longest: .seconds(600))
  /// The longest time between two looks; renewals need no more exact one.
  static let lookAgain: Duration = .seconds(3_600)
  /// A certificate that was renewed and is refused again will not be better for being renewed at once.
  static let rest: Duration = .seconds(60)

  private let identity: KeptIdentity
  private let keys: TerminalKeys
  private let client: GatewayClient
  private let clock: any MonotonicClock
  private let wallClock: TillClock
  private let logger: Logger

  /// Why the last renewal did not succeed; nil when none was needed, or it did.
  private(set) var fault: String?

  init(
    identity: KeptIdentity, keys: TerminalKeys, client: GatewayClient, clock: any MonotonicClock,
    wallClock: TillClock, logger: Logger
  ) {
    self.identity = identity
    self.keys = keys
    self.client = client
    self.clock = clock
    self.wallClock = wallClock
    self.logger = logger
  }

  /// Works until cancelled.
  func run() async {
    var failures = 0
    var wasRefused = false
    while !Task.isCancelled {
      do {
        if identity.current.isByHeader {
          try await changeOver()
        } else if wasRefused || isDue {
          try await renew()
          try? await clock.sleep(for: Self.rest)
        }
        (failures, fault) = (0, nil)
      } catch {
        failures += 1
        fault = "\(error)"
        if failures == 1 {
          logger.warning("The till's certificate was not renewed", metadata: ["error": "\(error)"])
        }
      }
      if failures == 0 {
        wasRefused = await isRefused(within: Self.lookAgain)
      } else {
        // Every call that is refused meanwhile would begin a round of its own.
        try? await clock.sleep(for: Self.retry.delay(afterFailures: failures, jitter: .random(in: 0...1)))
      }
    }
  }

  /// How the certificate stands; nil where the time is not known for sure, or it cannot be read.
  var standing: CertificateValidity.Standing? {
    let reading = wallClock.reading()
    guard reading.quality == .trusted else { return nil }
    return validity?.standing(at: reading.time)
  }

  var validity: CertificateValidity? {
    (try? Certificate(pemEncoded: identity.current.certificate))?.validity
  }

  private var isDue: Bool {
    switch standing {
    case .due, .expired, .lapsed: true
    case .good, .notYet, nil: false
    }
  }

  /// - Returns: true when a certificate was refused, which ends the wait.
  private func isRefused(within pause: Duration) async -> Bool {
    let (refused, clock) = (client.certificateRefused, clock)
    return await withTaskGroup(of: Bool.self) { group in
      group.addTask {
        await refused.wait()
        return !Task.isCancelled
      }
      group.addTask {
        try? await clock.sleep(for: pause)
        return false
      }
      defer { group.cancelAll() }
      return await group.next() ?? false
    }
  }

  /// From the header to the certificate: the gateway on this machine says where it listens over TLS, and there must show
  /// that it is the one that paired the till.
  private func changeOver() async throws {
    let listeners = try await client.listeners()
    let old = identity.current
    let pairing = old.gateway.with(port: listeners.pairingPort)
    // Once it has a certificate, the gateway believes it by nothing else: the way has to be open.
    try await judgedClient(at: old.gateway.with(port: listeners.tillsPort), trusting: old.judge()).isThere()
    let certificate = try await certificate(from: pairing, trusting: old.judge())
    try adopt { identity in
      identity.gateway = old.gateway.with(port: listeners.tillsPort)
      identity.pairing = pairing
      identity.certificate = certificate
    }
    logger.notice(
      "The till shows a certificate from now on", metadata: ["gateway": "\(identity.current.gateway)"])
  }

  private func renew() async throws {
    guard let pairing = identity.current.pairing else { return }
    let certificate: String
    do {
      certificate = try await self.certificate(from: pairing, trusting: identity.current.judge())
    } catch let error as GatewayNotTrusted where error.fault == .wrongAuthority {
      guard try await learnAuthority(from: pairing) else { throw error }
      certificate = try await self.certificate(from: pairing, trusting: identity.current.judge())
    }
    try adopt { $0.certificate = certificate }
  }

  /// Asks whoever answers who certifies it, and believes what the authority that the till knows has signed.
  ///
  /// - Returns: false when it knows nobody that the till does.
  private func learnAuthority(from pairing: URL) async throws -> Bool {
    let stranger = try GatewayClient.toAnybody(at: pairing, wallClock: wallClock)
    let answer = try await stranger.authority()
    let judge = try identity.current.judge()
    let successor = try Certificate(pemEncoded: answer.certificate)
    for introduction in answer.introducedBy {
      guard let introduction = try? Certificate(pemEncoded: introduction),
        await judge.accepts(successor, introducedBy: introduction)
      else { continue }
      try identity.change { identity in
        identity.formerAuthorities = (identity.formerAuthorities ?? []) + [identity.authority]
        identity.authority = try successor.serializeAsPEM().pemString
      }
      client.connections.trust(try identity.current.trust())
      logger.notice("The gateway's authority has a new key, introduced by the one before")
      return true
    }
    return false
  }

  private func certificate(from pairing: URL, trusting judge: CertificateJudge) async throws -> String {
    let answer = try await judgedClient(at: pairing, trusting: judge).renew(
      RenewRequest(terminal: identity.current.terminal, csr: try keys.signingRequest()))
    let certificate = try Certificate(pemEncoded: answer.certificate)
    guard certificate.publicKey == Certificate.PublicKey(keys.device.publicKey) else {
      throw Refusal(
        code: .known(.badKeys), message: "The gateway certified another key than this till's; call support.")
    }
    return answer.certificate
  }

  /// A way there for a moment, on which the till shows nothing of itself.
  private func judgedClient(at address: URL, trusting judge: CertificateJudge) throws -> GatewayClient {
    let wallClock = wallClock
    return GatewayClient(
      connections: try GatewayConnections(
        to: address, trusting: .certified(by: judge), now: { wallClock.timeIfTrusted }),
      terminal: nil, wallClock: wallClock)
  }

  private func adopt(_ change: (inout TerminalIdentity) -> Void) throws {
    let changed = try identity.change(change)
    try client.connections.use(
      changed.gateway, trusting: changed.trust(), showing: changed.shown(with: keys))
  }
}

extension TillClock {
  /// The time, where the gateway has told it.
  var timeIfTrusted: Timestamp? {
    let reading = reading()
    return reading.quality == .trusted ? reading.time : nil
  }
}
