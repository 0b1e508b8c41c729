package import CanteenCore
package import Foundation
package import GatewayProtocol

/// The right of one box to become a till, until a code is shown for it or it is too old.
package struct PairingOffer: Sendable, Equatable {
  package let name: String
  /// The code is as good as a password, so only its hash is kept.
  package let secretHash: Data
  package let terminal: TerminalID
  package let expiresAt: Timestamp
  /// Whether the box takes the name of a till that is there.
  package let replaces: Bool
  /// How often a code was shown for it, right or wrong.
  package let tries: Int

  package init(
    name: String, secretHash: Data, terminal: TerminalID, expiresAt: Timestamp, replaces: Bool = false,
    tries: Int = 0
  ) {
    self.name = name
    self.secretHash = secretHash
    self.terminal = terminal
    self.expiresAt = expiresAt
    self.replaces = replaces
    self.tries = tries
  }
}

/// Who takes up a ``PairingOffer``.
package struct PairedBox: Sendable {
  /// X9.63, as is `sealingKey`.
  package let deviceKey: Data
  package let sealingKey: Data
  /// PEM.
  package let certificate: String
  package let certifiedUntil: Timestamp
  /// What the box knows of those before it.
  package let formerKeys: [FormerKey]

  package init(
    deviceKey: Data, sealingKey: Data, certificate: String, certifiedUntil: Timestamp,
    formerKeys: [FormerKey] = []
  ) {
    self.deviceKey = deviceKey
    self.sealingKey = sealingKey
    self.certificate = certificate
    self.certifiedUntil = certifiedUntil
    self.formerKeys = formerKeys
  }
}

/// A try of a pairing code that was counted before it was judged.
package struct CountedTry: Sendable {
  package let number: Int64
  /// When the others were, as far as they are remembered.
  package let others: [Timestamp]

  package init(number: Int64, others: [Timestamp]) {
    self.number = number
    self.others = others
  }
}

extension TerminalStore {
  /// Pairs a till as a box with a code does, where nobody types one: in simulations, measurements and tests.
  ///
  /// - Parameters:
  ///   - deviceKey: X9.63, as is `sealingKey`.
  ///   - lifetime: of the certificate.
  /// - Returns: nil, with nothing changed, when a till of this name is there.
  package func pair(
    _ id: TerminalID, deviceKey: Data, sealingKey: Data, certificate: String = "certificate",
    at now: Timestamp,
    certifiedFor lifetime: Duration = CertificateValidity.ofTills
  ) async throws -> PairedTerminal? {
    let offer = PairingOffer(
      name: "for \(id)", secretHash: Data(), terminal: id, expiresAt: now.advanced(by: .seconds(60)))
    try await add(offer)
    let box = PairedBox(
      deviceKey: deviceKey, sealingKey: sealingKey, certificate: certificate,
      certifiedUntil: now.advanced(by: lifetime))
    guard try await redeem(offer: offer.name, by: box, at: now) else { return nil }
    return try await terminal(id)
  }
}
