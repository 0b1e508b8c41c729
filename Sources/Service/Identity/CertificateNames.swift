public import CanteenCore
import SwiftASN1
public import X509

extension DistinguishedName {
  /// The name in the certificate of a school's till.
  public init(till: TerminalID, of organization: OrganizationID) throws {
    try self.init(organization, till.text)
  }

  /// The name of whoever certifies a school's gateway and tills; it stays when the key is changed.
  public init(authorityOf organization: OrganizationID) throws {
    try self.init(organization, "Canteen gateway")
  }

  /// The name in the certificate that a school's gateway shows.
  public init(gatewayOf organization: OrganizationID) throws {
    try self.init(organization, "Canteen gateway server")
  }

  private init(_ organization: OrganizationID, _ name: String) throws {
    try self.init {
      OrganizationName(organization.text)
      CommonName(name)
    }
  }

  /// The only common name; nil when there is none, or more than one.
  var commonName: String? {
    let values = self.flatMap { $0 }.filter { $0.type == .RDNAttributeType.commonName }.map(\.value)
    guard let value = values.first, values.count == 1 else { return nil }
    return String(value)
  }
}
