import CanteenCore
import Crypto
import Foundation
import GatewayProtocol
import GatewayStore
import HTTPService
import HTTPTypes
import Hummingbird
import Identity
import SwiftASN1
import Synchronization
import X509

/// Finds out which till calls, and lets nobody else pass. It is asked at every call, so that a till that was revoked is
/// refused at once, on open connections too.
struct TerminalAuthenticator: RouterMiddleware {
  /// How a till says who it is.
  enum Way: Sendable {
    /// By its certificate, over TLS.
    case certificate
    /// By a header, on the gateway's own machine, as tills did before they had certificates that anybody looked at;
    /// good until the till shows its first.
    case header
  }

  let way: Way
  let store: any TerminalStore
  let authority: SchoolAuthority
  let wallClock: any WallClock
  private let known = KnownCertificates()

  init(_ way: Way, store: any TerminalStore, authority: SchoolAuthority, wallClock: any WallClock) {
    self.way = way
    self.store = store
    self.authority = authority
    self.wallClock = wallClock
  }

  func handle(
    _ request: Request, context: CallerContext,
    next: (Request, CallerContext) async throws -> Response
  ) async throws -> Response {
    var context = context
    context.terminal =
      switch way {
      case .certificate: try await terminal(showing: context.shownCertificate())
      case .header: try await terminal(namedIn: request)
      }
    let response = try await next(request, context)
    // A till may wait a minute for an answer and be revoked meanwhile.
    if let terminal = context.terminal { try await refuseIfOut(terminal) }
    return response
  }

  private func terminal(showing certificate: [UInt8]?) async throws -> PairedTerminal {
    let judged: JudgedCertificate
    do {
      judged = try await judge(certificate)
    } catch {
      throw HTTPRefusal(error)
    }
    guard let id = try? TerminalID(judged.name), let terminal = try await store.terminal(id) else {
      throw Self.unknown
    }
    try Self.refuse(ifNot: judged.key, of: terminal)
    try Self.refuse(ifRevoked: terminal)
    // A store that came back from a backup may know less than the till shows.
    if terminal.certifiedUntil.map({ $0 < judged.validity.until }) ?? true, let certificate {
      let text = try Certificate(derEncoded: certificate).pem
      try await store.certify(id, certificate: text, until: judged.validity.until)
    }
    return terminal
  }

  private func judge(_ certificate: [UInt8]?) async throws(CertificateFault) -> JudgedCertificate {
    let now = wallClock.now()
    if let certificate, let judged = known[certificate] {
      try judged.validity.check(at: now)
      return judged
    }
    let judge: CertificateJudge
    do { judge = try authority.judge() } catch { throw .wrongAuthority }
    let judged = try await judge.judge(certificate, as: .till, at: now)
    if let certificate { known[certificate] = judged }
    return judged
  }

  private func terminal(namedIn request: Request) async throws -> PairedTerminal {
    guard let header = HTTPField.Name(TerminalHeader.name), let text = request.headers[header],
      let id = try? TerminalID(text), let terminal = try await store.terminal(id)
    else { throw Self.unknown }
    try Self.refuse(ifRevoked: terminal)
    guard terminal.certifiedUntil == nil else {
      throw HTTPRefusal(
        .unauthorized, code: .noCertificate,
        "Till \(id) has a certificate and is not believed without it; this program is older than the till's last one."
      )
    }
    return terminal
  }

  /// Refuses a till that was revoked, or whose name another box has taken, since it asked.
  private func refuseIfOut(_ asked: PairedTerminal) async throws {
    guard let terminal = try await store.terminal(asked.id) else { throw Self.unknown }
    try Self.refuse(ifNot: asked.keys.own, of: terminal)
    try Self.refuse(ifRevoked: terminal)
  }

  private static func refuse(ifNot key: P256.Signing.PublicKey, of terminal: PairedTerminal) throws {
    guard terminal.keys.own.rawRepresentation == key.rawRepresentation else {
      throw HTTPRefusal(
        .unauthorized, code: .revoked,
        "Another box has taken the name \(terminal.id); carry this one's ledger to another till, then pair it anew."
      )
    }
  }

  static func refuse(ifRevoked terminal: PairedTerminal) throws {
    guard terminal.revokedAt == nil else {
      throw HTTPRefusal(
        .unauthorized, code: .revoked,
        "Till \(terminal.id) was revoked; carry its ledger to another till, and pair the box again if it stays."
      )
    }
  }

  private static let unknown = HTTPRefusal(
    .unauthorized, code: .unknownTerminal, "The gateway does not know this till; pair it again.")
}

/// Certificates whose signature was checked. Their dates are looked at each time.
private final class KnownCertificates: Sendable {
  /// More than a school has tills; whoever fills it makes everybody's certificate be checked again.
  private static let most = 4_096

  private let judged = Mutex<[SHA256Digest: JudgedCertificate]>([:])

  subscript(certificate: [UInt8]) -> JudgedCertificate? {
    get {
      let hash = SHA256.hash(data: certificate)
      return judged.withLock { $0[hash] }
    }
    set {
      let hash = SHA256.hash(data: certificate)
      judged.withLock { judged in
        if judged.count >= Self.most { judged.removeAll() }
        judged[hash] = newValue
      }
    }
  }
}

extension HTTPRefusal {
  /// What a till is told whose certificate is not believed.
  init(_ fault: CertificateFault) {
    let (code, message): (RefusalReason, String) =
      switch fault {
      case .missing: (.noCertificate, "Show the till's certificate; a box that has none is paired first.")
      case .unreadable: (.foreignCertificate, "The certificate cannot be read; pair the till again.")
      case .wrongAuthority, .wrongName:
        (
          .foreignCertificate,
          "The certificate is not of this school's authority; pair the till with this gateway."
        )
      case .wrongRole: (.foreignCertificate, "The certificate is no till's.")
      case .expired:
        (.certificateExpired, "The till's certificate has expired; it renews it at the pairing port.")
      case .notYetValid:
        (
          .certificateNotYetValid,
          "The till's certificate is not valid yet by the gateway's clock; set the gateway's clock."
        )
      }
    self.init(.unauthorized, code: code, message)
  }
}
