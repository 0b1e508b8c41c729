import CanteenCore

extension BillLine {
  /// Reads one line. A refund without both of its numbers is refused; a payment has `0` in their place.
  init(_ row: BillRow) throws(BillFlaw) {
    guard let state = State(rawValue: try row.text(.state)) else { throw row.wrong(.state) }
    guard try row.text(.currency) == "CNY" else { throw row.wrong(.currency) }
    self.init(
      time: try Self.time(row), subMerchant: try row.text(.subMerchant),
      transactionID: try row.required(.transactionID), outTradeNumber: try row.required(.outTradeNumber),
      state: state, amount: try row.fen(.amount),
      refundID: state == .refund ? try row.required(.refundID) : nil,
      outRefundNumber: state == .refund ? try row.required(.outRefundNumber) : nil,
      refundAmount: state == .paid ? .zero : try row.fen(.refundAmount),
      refundStatus: state == .refund ? try row.text(.refundStatus) : nil)
  }

  private static func time(_ row: BillRow) throws(BillFlaw) -> Timestamp {
    let parts = try row.text(.time).split(separator: " ", maxSplits: 1)
    guard parts.count == 2, let day = try? SchoolDay(String(parts[0])), let seconds = seconds(of: parts[1])
    else { throw row.wrong(.time) }
    return day.start(utcOffset: minutesAheadOfUTC).advanced(by: .seconds(seconds))
  }

  /// Bills are written in the time of China.
  private static let minutesAheadOfUTC = 480

  /// Seconds since midnight; nil for anything but a valid time like `12:00:00`.
  private static func seconds(of time: Substring) -> Int? {
    let parts = time.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 3,
      parts.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy { (48...57).contains($0) } }),
      let hour = Int(parts[0]), let minute = Int(parts[1]), let second = Int(parts[2]), hour < 24,
      minute < 60,
      second < 60
    else { return nil }
    return hour * 3_600 + minute * 60 + second
  }
}
