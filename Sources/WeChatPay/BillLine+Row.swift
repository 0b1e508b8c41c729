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
    guard parts.count == 2, let day = BillDay(String(parts[0])), let moment = day.moment(at: parts[1]) else {
      throw row.wrong(.time)
    }
    return moment
  }
}
