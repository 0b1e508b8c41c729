import CanteenCore
import Concurrency
import Crypto
import Foundation
import GatewayProtocol
import GatewayStore
import HTTPService
import HTTPTypes
import Identity
import X509
import SwiftASN1

/// Takes in parts of ledgers that somebody carried here. Taking one again gives the same answer and changes
/// nothing. A part that was altered is refused as a whole.
///
/// A part may come late: the till's disk was lost, and the ledger holds other entries in its place. Then it is kept
/// beside the ledger, until that till is recovered and says again what it says.
struct LedgerExportIntake: Sendable {
  private static let portion = 500

  let store: any TerminalStore
  let intake: LedgerIntake
  let key: P256.KeyAgreement.PrivateKey
  let scheduler: SettlementScheduler
  let eventsWritten: Broadcast<Int>
  let wallClock: any WallClock
  /// Who certifies tills; nil where no box is ever replaced.
  var authority: SchoolAuthority?

  /// - Throws: ``HTTPRefusal`` that says why the part was not taken.
  func take(_ line: Data) async throws -> CarriedLedger {
    do {
      let export = try LedgerExport(line: line)
      guard let till = try await store.terminal(export.terminal) else {
        throw HTTPRefusal(
          .unprocessableContent, code: .unknownTerminal,
          "The file is from till \(export.terminal), which was never paired here.")
      }
      let writer = try await writer(of: export, from: till)
      let entries = try export.opened(by: key, writtenBy: writer)
      let strays = try await take(entries, of: till)
      scheduler.workArrived()
      eventsWritten.increment()
      return CarriedLedger(
        terminal: export.terminal, first: export.first, last: export.last, entries: entries.count,
        strays: strays)
    } catch let error as LedgerExportError {
      throw HTTPRefusal(.unprocessableContent, code: .badExport, error.description)
    }
  }

  /// - Throws: ``HTTPRefusal`` for a box that the authority has certified and the store, which came back from a backup,
  ///   has forgotten: what it sold could not be booked.
  private func writer(of export: LedgerExport, from till: PairedTerminal) async throws
    -> P256.Signing.PublicKey
  {
    if let known = till.keys.all.first(where: export.isWritten) { return known }
    guard let text = export.certificate, let certificate = try? Certificate(pemEncoded: text),
      let judge = try? authority?.judge(),
      let judged = try? await judge.judge(certificate, as: .till, at: nil), judged.name == till.id.text,
      export.isWritten(by: judged.key)
    else { return till.keys.own }
    throw HTTPRefusal(
      .unprocessableContent, code: .entriesMissing,
      "The file is by a box of till \(till.id) that this gateway has forgotten; pair that box again with "
        + "`canteenctl till replace \(till.id)`, then bring the file again.")
  }

  /// - Returns: how many of the entries wait beside the ledger.
  private func take(_ entries: [LedgerEntry], of till: PairedTerminal) async throws -> Int {
    for start in stride(from: 0, to: entries.count, by: Self.portion) {
      let portion = Array(entries[start..<min(start + Self.portion, entries.count)])
      // Nobody knows which of them an earlier gateway held.
      let answers = try await intake.take(
        portion, of: till, heldThrough: .max, isCarried: true, at: wallClock.now())
      guard let refused = answers.last, refused.outcome == .refused else { continue }
      let place = start + answers.count - 1
      return try await keepBeside(
        entries[place...], of: till, because: refused.reason ?? "no reason")
    }
    return 0
  }

  private func keepBeside(
    _ entries: ArraySlice<LedgerEntry>, of till: PairedTerminal, because reason: String
  ) async throws -> Int {
    guard let first = entries.first else { return 0 }
    let held = try await store.held(of: till.id, at: first.sequence - 1)
    let followsChain =
      held.point == LedgerPoint(sequence: first.sequence - 1, hash: first.previousHash)
    let followsStray = try await store.isStray(first.previousHash, of: till.id)
    guard followsChain || followsStray else {
      throw HTTPRefusal(
        .unprocessableContent, code: .entriesMissing,
        "The entries before \(first.sequence) of till \(till.id) are missing here; bring them first.")
    }
    guard (try? first.decodedPayload()) != nil else {
      // No flaw of the part: it is brought again.
      throw HTTPRefusal(.unprocessableContent, code: .failed, "Entry \(first.sequence): \(reason).")
    }
    // Or an earlier box of this name sold it, and never sent it before another took over.
    let isBranch = followsStray || first.sequence <= held.end.sequence || !till.keys.fit(first)
    guard isBranch, entries.allSatisfy(till.keys.haveSigned) else {
      throw HTTPRefusal(
        .unprocessableContent, code: .refusedEntry,
        "Entry \(first.sequence) was refused: \(reason). What came before it is stored.")
    }
    return try await store.keepStrays(Array(entries), of: till.id, at: wallClock.now())
  }
}
