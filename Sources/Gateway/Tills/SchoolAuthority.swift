import CanteenCore
import Crypto
import Foundation
import GatewayProtocol
import Identity
import Synchronization
import SystemService

/// The authority of a school through the changes of its key: the newest certifies, and what an earlier one certified
/// still counts.
final class SchoolAuthority: Sendable {
  private let keys: KeyStore
  private let organization: OrganizationID
  private let wallClock: any WallClock
  /// The newest is the last.
  private let generations: Mutex<[CertificateAuthority]>

  init(keys: KeyStore, organization: OrganizationID, wallClock: any WallClock) throws {
    self.keys = keys
    self.organization = organization
    self.wallClock = wallClock
    var found = [
      CertificateAuthority(key: try keys.signingKey(named: Self.file(of: 1)), organization: organization)
    ]
    while try keys.hasSigningKey(named: Self.file(of: found.count + 1)) {
      let key = try keys.signingKey(named: Self.file(of: found.count + 1))
      found.append(CertificateAuthority(key: key, organization: organization))
    }
    generations = Mutex(found)
  }

  var current: CertificateAuthority {
    generations.withLock { $0[$0.count - 1] }
  }

  var fingerprint: AuthorityFingerprint { AuthorityFingerprint(of: current.publicKey) }

  /// Judges what tills show.
  func judge() throws -> CertificateJudge {
    let now = wallClock.now()
    return CertificateJudge(
      authorities: try generations.withLock { $0 }.map { try $0.certificate(at: now) })
  }

  /// The authority as tills are told of it.
  func answer() throws -> AuthorityAnswer {
    let (now, generations) = (wallClock.now(), generations.withLock { $0 })
    let newest = generations[generations.count - 1]
    return AuthorityAnswer(
      certificate: try newest.certificate(at: now).pem,
      introducedBy: try generations.dropLast().map { try $0.certificate(for: newest, at: now).pem })
  }

  /// Makes a new key, introduced by all before it.
  ///
  /// - Returns: which generation certifies now.
  func change() throws -> Int {
    try generations.withLock { generations in
      let key = try keys.signingKey(named: Self.file(of: generations.count + 1))
      generations.append(CertificateAuthority(key: key, organization: organization))
      return generations.count
    }
  }

  private static func file(of generation: Int) -> String {
    generation == 1 ? "authority" : "authority-\(generation)"
  }
}
