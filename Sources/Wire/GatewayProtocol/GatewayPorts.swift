/// Where a gateway listens unless its settings say otherwise.
public enum GatewayPorts {
  /// The office, on the gateway's own machine only.
  public static let office = 8_780
  /// Tills that show a certificate.
  public static let tills = 8_781
  /// Boxes that become tills, and tills that renew their certificates.
  public static let pairing = 8_782
}
