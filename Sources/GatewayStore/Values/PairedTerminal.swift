package import CanteenCore
package import Crypto
package import GatewayProtocol

/// A till as the gateway knows it.
package struct PairedTerminal: Sendable {
  package let id: TerminalID
  package let keys: LedgerKeys
  package let sealingKey: P256.KeyAgreement.PublicKey
  package let pairedAt: Timestamp
  /// nil for a till that was paired before tills showed certificates, and has not shown one yet.
  package let certifiedUntil: Timestamp?
  package let seenAt: Timestamp?
  package let revokedAt: Timestamp?
  /// What is known to be wrong with its ledger.
  package let alarm: TerminalAlarm?

  package init(
    id: TerminalID, keys: LedgerKeys, sealingKey: P256.KeyAgreement.PublicKey,
    pairedAt: Timestamp, certifiedUntil: Timestamp? = nil, seenAt: Timestamp? = nil,
    revokedAt: Timestamp? = nil, alarm: TerminalAlarm? = nil
  ) {
    self.id = id
    self.keys = keys
    self.sealingKey = sealingKey
    self.pairedAt = pairedAt
    self.certifiedUntil = certifiedUntil
    self.seenAt = seenAt
    self.revokedAt = revokedAt
    self.alarm = alarm
  }
}
