public import CanteenCore

/// Why the certificate that the other end showed is not believed.
public enum CertificateFault: Error, Sendable, Hashable {
  case missing
  /// Not a certificate, or larger than one needs to be.
  case unreadable
  case wrongAuthority
  /// A till's where a gateway's is expected, or the other way round.
  case wrongRole
  /// The names and addresses it is for.
  case wrongName(shown: [String])
  case expired(Timestamp)
  case notYetValid(Timestamp)
}
