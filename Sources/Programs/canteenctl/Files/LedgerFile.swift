import CanteenCore
import Foundation
import GatewayProtocol

/// A file made by `canteenctl ledger export`: a line for each part of a ledger. Only one of them is in memory.
struct LedgerFile {
  private static let portion = 1 << 20

  let path: String

  /// Calls `work` with each line that is a part, in order.
  func forEachPart(_ work: (LedgerExport, Data) async throws -> Void) async throws {
    guard let file = FileHandle(forReadingAtPath: path) else {
      throw CommandError("The file \(path) cannot be read; check the path.")
    }
    defer { try? file.close() }
    var line = Data()
    while let bytes = try file.read(upToCount: Self.portion), !bytes.isEmpty {
      var rest = bytes[...]
      while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
        line += rest[..<end]
        try await take(&line, work)
        rest = rest[(end + 1)...]
      }
      line += rest
      guard line.count <= LedgerExport.mostBytes else {
        throw CommandError(LedgerExportError.notAnExport.description)
      }
    }
    try await take(&line, work)
  }

  private func take(_ line: inout Data, _ work: (LedgerExport, Data) async throws -> Void) async throws {
    guard !line.isEmpty else { return }
    let part = line
    line = Data()
    try await work(try checked { () throws(LedgerExportError) in try LedgerExport(line: part) }, part)
  }
}
