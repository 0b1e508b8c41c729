import CanteenCore
import Crypto
import Foundation
import NIOCore
import NIOSSL
import Synchronization
import X509

/// The certificate that the gateway shows: made anew when half its time is over, when the machine has got another
/// address, and when the authority's key was changed.
final class ServerCertificate: Sendable {
  private static let lifetime: Duration = .seconds(60 * 86_400)
  /// How often the machine's addresses are looked at.
  private static let lookAgain: Duration = .seconds(10)

  private struct Shown {
    let certificate: NIOSSLCertificate
    let names: Set<String>
    let validity: CertificateValidity
    let authority: Data
    var lookedAt: Timestamp
  }

  private let key: P256.Signing.PrivateKey
  private let authority: SchoolAuthority
  private let givenNames: [String]
  private let machine: @Sendable () -> [String]
  private let wallClock: any WallClock
  private let shown = Mutex<Shown?>(nil)

  /// - Parameters:
  ///   - names: under which tills may know the gateway, besides the names and addresses of its machine.
  ///   - machine: those names and addresses.
  init(
    key: P256.Signing.PrivateKey, authority: SchoolAuthority, names: [String],
    machine: @escaping @Sendable () -> [String] = MachineNames.all, wallClock: any WallClock
  ) {
    self.key = key
    self.authority = authority
    givenNames = names
    self.machine = machine
    self.wallClock = wallClock
  }

  /// Names and addresses that the certificate is for.
  var names: Set<String> { (try? current().names) ?? Set(givenNames) }

  /// Whoever calls hears the gateway's certificate; what a caller shows is looked at later, so that a refusal can say
  /// why.
  func tls() throws -> TLSConfiguration {
    let own = NIOSSLPrivateKeySource.privateKey(
      try NIOSSLPrivateKey(bytes: [UInt8](key.pemRepresentation.utf8), format: .pem))
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: [.certificate(try current().certificate)], privateKey: own)
    configuration.minimumTLSVersion = .tlsv13
    configuration.certificateVerification = .optionalVerification
    // The system's authorities have no say here, and on some boxes there are none to load.
    configuration.trustRoots = .certificates([])
    configuration.sslContextCallback = { [self] _, promise in
      promise.completeWith(
        Result {
          var override = NIOSSLContextConfigurationOverride()
          override.certificateChain = [.certificate(try current().certificate)]
          override.privateKey = own
          return override
        })
    }
    return configuration
  }

  private func current() throws -> Shown {
    try shown.withLock { shown in
      let now = wallClock.now()
      let authority = authority.current
      if var shown, shown.authority == authority.publicKey.rawRepresentation,
        shown.validity.standing(at: now) == .good
      {
        let isFresh = shown.lookedAt <= now && shown.lookedAt.duration(to: now) < Self.lookAgain
        if isFresh { return shown }
        shown.lookedAt = now
        if shown.names.isSuperset(of: allNames()) { return shown }
      }
      let made = try make(by: authority, at: now)
      shown = made
      return made
    }
  }

  private func make(by authority: CertificateAuthority, at now: Timestamp) throws -> Shown {
    let names = allNames()
    let validity = CertificateValidity(from: now, until: now.advanced(by: Self.lifetime))
    let certificate = try authority.certificate(
      forGateway: key.publicKey, names: names.sorted(), validity: validity)
    return Shown(
      certificate: try NIOSSLCertificate(bytes: [UInt8](certificate.pem.utf8), format: .pem), names: names,
      validity: validity, authority: authority.publicKey.rawRepresentation, lookedAt: now)
  }

  private func allNames() -> Set<String> {
    Set((givenNames + machine() + ["localhost", "127.0.0.1", "::1"]).map { $0.lowercased() })
  }
}

/// What this machine calls itself.
enum MachineNames {
  /// Certificates of our size hold so many.
  private static let most = 32

  /// Its host name and the addresses of its interfaces.
  @Sendable static func all() -> [String] {
    let addresses = ((try? System.enumerateDevices()) ?? []).compactMap(\.address?.ipAddress)
      // Link-local addresses name an interface of whoever uses them.
      .filter { !$0.lowercased().hasPrefix("fe80") }
    return Array(((host.map { [$0] } ?? []) + Set(addresses).sorted()).prefix(most))
  }

  private static var host: String? {
    var name = [UInt8](repeating: 0, count: 256)
    let result = name.withUnsafeMutableBytes { bytes in
      bytes.withMemoryRebound(to: CChar.self) { characters in
        characters.baseAddress.map { gethostname($0, characters.count - 1) } ?? -1
      }
    }
    return result == 0 ? String(decoding: name.prefix { $0 != 0 }, as: UTF8.self) : nil
  }
}
