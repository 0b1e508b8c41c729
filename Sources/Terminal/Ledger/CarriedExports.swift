import CanteenCore
import Crypto
import Foundation
import GatewayProtocol
import Identity
import SwiftASN1
import X509

/// Parts of other tills' ledgers that somebody brought here and that wait for the gateway to answer, each a file
/// of its own.
///
/// Only what a till of the same school wrote is kept, and only so much that the till's own ledger has room.
struct CarriedExports: Sendable {
  struct Bounds: Sendable {
    /// Of all that waits, and of what was refused.
    var mostBytes: Int64 = 512 << 20
    /// On the disk, after something was kept.
    var leastFree: Int64 = 256 << 20
  }

  private static let refused = "refused"

  let folder: URL
  let organization: OrganizationID
  /// Certificates of whoever certifies this school's tills, now and before, PEM.
  let authorities: @Sendable () -> [String]
  var bounds = Bounds()
  /// Bytes that are free on the disk of a folder.
  var free: @Sendable (URL) -> Int64 = Self.freeBytes

  /// Keeps a part until it is brought. To keep it again changes nothing.
  ///
  /// - Throws: ``LedgerExportError`` when no till of this school wrote it, ``NoRoom``, or what the disk says.
  func keep(_ export: LedgerExport, line: Data) throws {
    try check(export)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let file = folder.appending(path: Self.name(of: export, line: line))
    guard !FileManager.default.fileExists(atPath: file.path) else { return }
    try makeRoom(for: Int64(line.count))
    try line.write(to: file, options: .atomic)
  }

  /// What waits, a ledger's parts in their order.
  func waiting() -> [URL] {
    files().filter { $0.pathExtension != Self.refused }.sorted { $0.lastPathComponent < $1.lastPathComponent }
  }

  /// Whether a part of the same ledger waits that lies before this one.
  func hasEarlierPart(than export: LedgerExport) -> Bool {
    waiting().contains { file in
      guard let place = Self.place(of: file, from: export.terminal) else { return false }
      return place < export.first
    }
  }

  /// What was refused waits like the others.
  func waitAgain() {
    for file in files() where file.pathExtension == Self.refused {
      try? FileManager.default.moveItem(at: file, to: file.deletingPathExtension())
    }
  }

  func remove(_ file: URL) throws { try FileManager.default.removeItem(at: file) }

  /// Keeps a part that the gateway refused beside the others, as long as there is room.
  func setAside(_ file: URL) throws {
    let aside = file.appendingPathExtension(Self.refused)
    try? FileManager.default.removeItem(at: aside)
    try FileManager.default.moveItem(at: file, to: aside)
  }

  /// Dates are not judged: what a till sold stays sold after its certificate has expired.
  private func check(_ export: LedgerExport) throws(LedgerExportError) {
    guard let text = export.certificate, let certificate = try? Certificate(pemEncoded: text),
      authorities().contains(where: { authority in
        let authority = try? Certificate(pemEncoded: authority)
        return authority?.publicKey.isValidSignature(certificate.signature, for: certificate) == true
      }),
      let till = try? DistinguishedName(till: export.terminal, of: organization), certificate.subject == till,
      let key = P256.Signing.PublicKey(certificate.publicKey)
    else { throw .unknownWriter }
    guard export.isWritten(by: key) else { throw .altered }
  }

  private func makeRoom(for bytes: Int64) throws {
    let kept = files().map { (file: $0, size: size(of: $0)) }
    var used = kept.reduce(0) { $0 + $1.size }
    for (file, size) in kept
    where file.pathExtension == Self.refused
      && (used + bytes > bounds.mostBytes || free(folder) - bytes < bounds.leastFree)
    {
      try remove(file)
      used -= size
    }
    guard used + bytes <= bounds.mostBytes, free(folder) - bytes >= bounds.leastFree else {
      throw NoRoom(megabytes: Int(used >> 20))
    }
  }

  private func files() -> [URL] {
    (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
  }

  private func size(of file: URL) -> Int64 {
    let attributes = try? FileManager.default.attributesOfItem(atPath: file.path)
    return (attributes?[.size] as? NSNumber)?.int64Value ?? 0
  }

  private static func freeBytes(of folder: URL) -> Int64 {
    let attributes = try? FileManager.default.attributesOfFileSystem(forPath: folder.path)
    return (attributes?[.systemFreeSize] as? NSNumber)?.int64Value ?? 0
  }

  /// Sorts by ledger and then by place in it.
  private static func name(of export: LedgerExport, line: Data) -> String {
    let place = String(export.first)
    let padded = String(repeating: "0", count: max(0, 19 - place.count)) + place
    return "\(export.terminal)-\(padded)-\(Data(SHA256.hash(data: line)).hex.prefix(16))"
  }

  /// The first sequence of a till's part; nil for a file of another till.
  private static func place(of file: URL, from terminal: TerminalID) -> Int64? {
    let parts = file.lastPathComponent.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count >= 3, parts.dropLast(2).joined(separator: "-") == terminal.text else { return nil }
    return Int64(parts[parts.count - 2])
  }

  struct NoRoom: Error, Equatable, CustomStringConvertible {
    let megabytes: Int

    var description: String {
      """
      There is no room here for other tills' files (\(megabytes) MB wait already); bring it beside the gateway with \
      `canteenctl ledger import FILE --to-gateway`, or here when the gateway answers again.
      """
    }
  }
}
