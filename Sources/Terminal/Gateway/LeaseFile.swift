import CanteenCore
import Crypto
import Foundation
import GatewayProtocol

/// The till's lease on its disk, as the gateway signed it.
struct LeaseFile: Sendable {
  private let file: URL
  private let identity: TerminalIdentity
  private let gatewayKey: P256.Signing.PublicKey

  init(in state: URL, of identity: TerminalIdentity) throws {
    file = state.appending(path: "lease.json")
    self.identity = identity
    gatewayKey = try identity.gatewayPublicKey()
  }

  /// nil when there is none that the gateway signed for this till.
  func read() -> Lease? {
    guard let bytes = try? Data(contentsOf: file),
      let signed = try? JSONDecoder().decode(SignedText.self, from: bytes)
    else { return nil }
    return try? checked(signed)
  }

  func write(_ signed: SignedText) throws {
    try CanonicalJSON.data(signed).write(to: file, options: .atomic)
  }

  /// - Throws: ``Refusal`` when the lease is another till's.
  func checked(_ signed: SignedText) throws -> Lease {
    let text = try signed.verified(by: gatewayKey, purpose: .lease)
    let lease = try CanonicalJSON.decode(Lease.self, from: text)
    guard lease.terminal == identity.terminal, lease.organization == identity.organization else {
      throw Refusal(
        code: .known(.foreignLease), message: "The gateway sent the lease of another till; pair again.")
    }
    return lease
  }
}
