package import CanteenCore
package import Crypto

/// A till as the gateway knows it.
package struct PairedTerminal: Sendable {
  package let id: TerminalID
  package let deviceKey: P256.Signing.PublicKey
  package let sealingKey: P256.KeyAgreement.PublicKey

  package init(
    id: TerminalID, deviceKey: P256.Signing.PublicKey, sealingKey: P256.KeyAgreement.PublicKey
  ) {
    self.id = id
    self.deviceKey = deviceKey
    self.sealingKey = sealingKey
  }
}
