public import CanteenCore
public import Crypto
import Foundation
public import GatewayProtocol
import GRDB

extension OrderLedger {
  /// Entries for somebody to carry to the gateway, which alone can read them.
  ///
  /// - Parameters:
  ///   - sequence: the part begins behind this entry; nil for behind what the gateway has confirmed.
  ///   - count: the most entries in this part.
  ///   - certificate: says whose key signs it, PEM.
  /// - Returns: entries without a gap; the next part begins behind the last.
  /// - Throws: ``LedgerExportError/empty`` when nothing lies there, else ``LedgerError``.
  public func export(
    after sequence: Int64?, atMost count: Int = LedgerExport.mostEntries,
    sealedTo gateway: P256.KeyAgreement.PublicKey, certificate: String?, at now: Timestamp
  ) async throws -> LedgerExport {
    var entries: [LedgerEntry] = []
    var bytes = 0
    while entries.count < count, bytes < LedgerExport.usualBytes {
      let portion = try await self.entries(
        after: entries.last?.sequence ?? sequence, atMost: min(Self.portion, count - entries.count))
      if portion.isEmpty { break }
      for entry in portion where bytes < LedgerExport.usualBytes {
        entries.append(entry)
        bytes += entry.payload.utf8.count
      }
    }
    return try LedgerExport(
      entries, exportedAt: now, sealedTo: gateway, signedBy: key, certificate: certificate)
  }

  private static let portion = 500

  /// - Parameter sequence: they lie behind this entry; nil for behind what the gateway has confirmed.
  package func entries(after sequence: Int64?, atMost count: Int) async throws -> [LedgerEntry] {
    try await storing {
      try await database.read { [self] db in
        try entries(
          in: db,
          where: "sequence > coalesce(?, (SELECT uploaded_through FROM progress)) ORDER BY sequence LIMIT ?",
          [sequence, count])
      }
    }
  }
}
