import CanteenCore
import Concurrency
import Foundation
import GatewayProtocol
import Logging
import OrderLedger
import TillAPI

/// What staff do besides selling, each behind a PIN and in the ledger: voids, refunds, overrides, shifts,
/// printing again.
actor StaffActions {
  private let ledger: OrderLedger
  private let uploader: OrderUploader
  private let checkout: CheckoutService
  private let leases: any LeaseSource
  private let changed: @Sendable () -> Void
  private let wallClock: TillClock
  private let pins: PINDesk
  /// Tells this run's refunds from those of a run whose ledger was lost; two taps at once ask for the same one.
  private let run: String

  /// - Parameters:
  ///   - folder: where wrong PINs are counted over restarts.
  ///   - changed: told after each entry, so that the pages show it.
  init(
    ledger: OrderLedger, uploader: OrderUploader, checkout: CheckoutService, leases: any LeaseSource,
    folder: URL, wallClock: TillClock, logger: Logger, run: String = StaffActions.newRun(),
    changed: @escaping @Sendable () -> Void
  ) {
    self.run = run
    self.ledger = ledger
    self.uploader = uploader
    self.checkout = checkout
    self.leases = leases
    self.changed = changed
    self.wallClock = wallClock
    pins = PINDesk(folder: folder, logger: logger)
  }

  /// Four random characters.
  static func newRun() -> String { String((0..<4).compactMap { _ in PairingCode.alphabet.randomElement() }) }

  func void(_ number: OutTradeNumber, reason: String, by shown: StaffCredentials) async throws {
    let staff = try await admit(shown, to: .void, reason: reason)
    try await ledger.void(VoidOrder(outTradeNumber: number, operatorID: staff.id, reason: reason))
    if let sale = try await ledger.order(number).flatMap(DayBook.Sale.init) { await checkout.forget(sale) }
    somethingWasWritten()
  }

  /// - Parameter amount: nil for all that is left of the order.
  func refund(_ number: OutTradeNumber, amount: Fen?, reason: String, by shown: StaffCredentials) async throws
    -> Refund
  {
    let staff = try await admit(shown, to: .refund, reason: reason)
    guard let order = try await ledger.order(number) else { throw LedgerError.unknownOrder(number) }
    let earlier = try await ledger.refunds(of: number)
    let left = earlier.filter { $0.state != .failed }.reduce(order.toCollect) { $0 - $1.refund.amount }
    let refund = Refund(
      outRefundNumber: try OutRefundNumber("R-\(number)-\(earlier.count + 1)\(run)"), outTradeNumber: number,
      amount: amount ?? left, operatorID: staff.id, reason: reason)
    try await ledger.request(refund)
    somethingWasWritten()
    return refund
  }

  /// Lets the sale go through that is objected to when the operator presses the key, and no other.
  func override(reason: String, by shown: StaffCredentials) async throws {
    guard let sale = await checkout.objectedSale else { throw StaffRefusal.nothingToOverride }
    let staff = try await admit(shown, to: .override, reason: reason)
    guard await checkout.objectedSale == sale else { throw StaffRefusal.nothingToOverride }
    try await ledger.record(
      StaffRecord(operatorID: staff.id, action: .override, outTradeNumber: sale.number, reason: reason))
    somethingWasWritten()
    await checkout.override(StaffOverride(operatorID: staff.id, reason: reason), of: sale)
  }

  /// Lets whoever was just charged pay the amount that waits, and no other.
  func allowRepeat(reason: String, by shown: StaffCredentials) async throws {
    guard let number = await checkout.waitingNumber else { throw StaffRefusal.nothingToRepeat }
    let staff = try await admit(shown, to: .override, reason: reason)
    guard await checkout.waitingNumber == number else { throw StaffRefusal.nothingToRepeat }
    try await ledger.record(
      StaffRecord(operatorID: staff.id, action: .override, outTradeNumber: number, reason: reason))
    somethingWasWritten()
    await checkout.allowRepeat(of: number)
  }

  func openShift(by shown: StaffCredentials) async throws -> Shift {
    let staff = try await admit(shown, to: .openShift)
    let shift = try await ledger.openShift(by: staff.id)
    await checkout.use(shift)
    somethingWasWritten()
    return shift
  }

  func closeShift(by shown: StaffCredentials) async throws -> ShiftReport {
    let staff = try await admit(shown, to: .closeShift)
    let shift = try await ledger.closeShift(by: staff.id)
    await checkout.use(nil as Shift?)
    somethingWasWritten()
    return ShiftReport(shift: shift, lines: try await ledger.tallies(ofShift: shift.number))
  }

  /// The receipt once more; that it was printed again is in the audit log.
  func reprint(_ number: OutTradeNumber, by shown: StaffCredentials) async throws -> String {
    let staff = try await admit(shown, to: .reprint)
    guard let order = try await ledger.order(number), let booked = try await ledger.bookedOrder(number) else {
      throw LedgerError.unknownOrder(number)
    }
    try await ledger.record(
      StaffRecord(operatorID: staff.id, action: .reprint, outTradeNumber: number, reason: nil))
    somethingWasWritten()
    let lease = await leases.lease
    return Receipt(
      order: order, booked: booked, school: lease?.organizationName ?? "", isCopy: true,
      plan: lease?.plan ?? .unplanned
    ).text
  }

  private func admit(_ shown: StaffCredentials, to action: StaffAction, reason: String? = nil) async throws
    -> Operator
  {
    let operators = await leases.lease?.operators ?? []
    guard !operators.isEmpty else { throw StaffRefusal.noOperators }
    let staff = try await pins.admit(shown, among: operators, at: wallClock.now())
    guard staff.role.may(action) else { throw StaffRefusal.notAllowed(action) }
    if let reason, !(2...80).contains(reason.count) || reason.utf8.count > TextBounds.reason {
      throw StaffRefusal.noReason
    }
    return staff
  }

  private func somethingWasWritten() {
    uploader.entryAppended()
    changed()
  }
}

/// Why a key of the staff was not obeyed.
enum StaffRefusal: Error, Equatable, CustomStringConvertible {
  case wrongPIN
  case tooManyTries(seconds: Int64)
  case noOperators
  case notAllowed(StaffAction)
  case noReason
  case nothingToOverride
  case nothingToRepeat

  var reason: RefusalReason {
    switch self {
    case .wrongPIN: .wrongPIN
    case .tooManyTries: .tooManyTries
    case .noOperators: .noOperators
    case .notAllowed: .notAllowed
    case .noReason: .noReason
    case .nothingToOverride, .nothingToRepeat: .nothingToOverride
    }
  }

  var description: String {
    switch self {
    case .wrongPIN: "Operator or PIN is wrong."
    case .tooManyTries(let seconds): "Too many wrong PINs; try again in \(seconds) seconds."
    case .noOperators:
      "No operators are known here; add one at the gateway with `canteenctl operator add`."
    case .notAllowed(let action): "This operator may not do that (\(action.rawValue)); ask a supervisor."
    case .noReason: "Give a reason of 2 to 80 characters."
    case .nothingToRepeat: "No amount is waiting; key it first, then allow the repeat."
    case .nothingToOverride: "The current sale has no objection that an operator could override."
    }
  }
}
