import CanteenCore

/// The sums of a bill's lines, to be compared with those that the bill gives.
struct BillSums {
  /// A column of the lines and the column of its sum. Fees are parts of a fen and are rounded, so they are
  /// not compared.
  private static let known: [(column: BillColumn, sum: BillColumn)] = [
    (BillColumn("应结订单金额", "总金额"), BillColumn("应结订单总金额", "总交易额")),
    (BillColumn("退款金额"), BillColumn("退款总金额", "总退款金额")),
    (BillColumn("充值券退款金额", "企业红包退款金额"), BillColumn("充值券退款总金额", "总企业红包退款金额")),
    (BillColumn("订单金额"), BillColumn("订单总金额")),
    (BillColumn("申请退款金额"), BillColumn("申请退款总金额")),
  ]

  private var found: [(column: BillColumn, sum: BillColumn, total: Fen)]

  init(of header: BillHeader) {
    found = Self.known.filter { header.place(of: $0.column) != nil }.map { ($0.column, $0.sum, .zero) }
  }

  mutating func add(_ row: BillRow) throws(BillFlaw) {
    for index in found.indices {
      found[index].total = found[index].total + (try row.fen(found[index].column))
    }
  }

  /// - Parameter trailer: the last line, which has to give the sum of every amount in the lines.
  func compare(with trailer: BillRow, entries: Int) throws(BillFlaw) {
    guard let said = Int(try trailer.text(.count)) else { throw trailer.wrong(.count) }
    guard said == entries else { throw .count(said: said, found: entries) }
    for (_, sum, total) in found {
      let said = try trailer.fen(sum)
      guard said == total else { throw .sum(column: sum.names[0], said: said, found: total) }
    }
  }
}
