import CanteenCore
import Concurrency
import Crypto
import Foundation
import GatewayProtocol
import GatewayStore
import HTTPService
import HTTPTypes

/// Takes in parts of ledgers that somebody carried here. Taking one again gives the same answer and changes
/// nothing. A part that was altered is refused as a whole.
struct LedgerExportIntake: Sendable {
  private static let portion = 500

  let store: any TerminalStore
  let intake: LedgerIntake
  let key: P256.KeyAgreement.PrivateKey
  let scheduler: SettlementScheduler
  let eventsWritten: Broadcast<Int>
  let wallClock: any WallClock

  /// - Throws: ``HTTPRefusal`` that says why the part was not taken.
  func take(_ line: Data) async throws -> CarriedLedger {
    do {
      let export = try LedgerExport(line: line)
      guard let terminal = try await store.terminal(export.terminal) else {
        throw HTTPRefusal(
          .unprocessableContent, code: .unknownTerminal,
          "The file is from till \(export.terminal), which was never paired here.")
      }
      let entries = try export.opened(by: key, writtenBy: terminal.deviceKey)
      let end = try await store.chainEnd(of: terminal.id).sequence
      if let first = entries.first?.sequence, first > end + 1 {
        throw HTTPRefusal(
          .unprocessableContent, code: .entriesMissing,
          "Entries \(end + 1) to \(first - 1) of till \(terminal.id) are missing here; bring them first.")
      }
      var taken = 0
      for start in stride(from: 0, to: entries.count, by: Self.portion) {
        let portion = Array(entries[start..<min(start + Self.portion, entries.count)])
        let answers = try await intake.take(
          // Nobody knows which of them an earlier gateway held.
          portion, of: terminal, heldThrough: .max, at: wallClock.now())
        if let refused = answers.first(where: { $0.outcome == .refused }) {
          throw HTTPRefusal(
            .unprocessableContent, code: .refusedEntry,
            "Entry \(refused.sequence) was refused: \(refused.reason ?? "no reason"). "
              + "\(taken + answers.count - 1) entries before it are stored.")
        }
        taken += answers.count
      }
      scheduler.workArrived()
      eventsWritten.increment()
      return CarriedLedger(terminal: export.terminal, first: export.first, last: export.last, entries: taken)
    } catch let error as LedgerExportError {
      throw HTTPRefusal(.unprocessableContent, code: .badExport, error.description)
    }
  }
}
