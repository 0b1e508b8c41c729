public import CanteenCore
public import Crypto
import Foundation
public import GatewayProtocol
import GRDB

extension OrderLedger {
  /// The most entries in one export file. Those that follow go into the next one, once the gateway has
  /// confirmed these.
  public static let mostExported = 100_000

  /// The entries that the gateway has not confirmed, up to ``mostExported``, as a file that only the gateway
  /// can read.
  ///
  /// - Parameter all: begins with the first entry, although the gateway has confirmed it.
  /// - Throws: ``LedgerExportError`` when there is nothing to export, else ``LedgerError``.
  public func export(all: Bool, sealedTo gateway: P256.KeyAgreement.PublicKey, at now: Timestamp) async throws
    -> LedgerExport
  {
    let start = all ? "0" : "(SELECT uploaded_through FROM progress)"
    let entries: [LedgerEntry] = try await storing {
      try await database.read { [self] db in
        try self.entries(in: db, where: "sequence > \(start) ORDER BY sequence LIMIT ?", [Self.mostExported])
      }
    }
    return try LedgerExport(entries, exportedAt: now, sealedTo: gateway, signedBy: key)
  }
}
