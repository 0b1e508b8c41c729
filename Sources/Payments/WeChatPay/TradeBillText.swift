import CanteenCore
import Foundation

/// The text of a trade bill, read by the names in its header: today's 27 columns, the 24 of before, and the older
/// names of those.
///
/// Header, a line for each entry, header of the sums, the sums. Every value but the headers' follows a backtick.
/// Source: pay.weixin.qq.com/docs/merchant/products/bill-download/format-trade.html
struct TradeBillText: Sendable {
  let lines: [BillLine]
  /// Lines that are left out because they cannot be read, and what does not add up for want of them.
  let flaws: [BillFlaw]

  init(_ file: Data) throws(BillFlaw) {
    guard String(bytes: file, encoding: .utf8) != nil else { throw .notText }
    // Bytes, not characters: a character could swallow a separator together with what follows it.
    let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let text = file.starts(with: byteOrderMark) ? file.dropFirst(byteOrderMark.count) : file
    var rows = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .map { $0.last == UInt8(ascii: "\r") ? $0.dropLast() : $0 }
    while rows.last?.isEmpty == true { rows.removeLast() }

    let columns = try BillHeader(rows.first ?? Data())
    let entries = rows.dropFirst().prefix { $0.first == UInt8(ascii: "`") }
    var lines: [BillLine] = []
    var flaws: [BillFlaw] = []
    var sums = BillSums(of: columns)
    for (index, entry) in entries.enumerated() {
      do throws(BillFlaw) {
        let row = try BillRow(entry, line: index + 2, under: columns)
        lines.append(try BillLine(row))
        try sums.add(row)
      } catch {
        // One odd line must not cost the office the whole day.
        guard error.isOfOneLine else { throw error }
        flaws.append(error)
      }
    }
    let trailer = Array(rows.dropFirst(1 + entries.count))
    guard trailer.count >= 2 else { throw .cutOff(afterLine: rows.count) }
    let sumColumns = try BillHeader(trailer[0])
    guard sumColumns.place(of: .count) != nil else { throw .shape(line: entries.count + 2) }
    guard trailer.count == 2 else { throw .surplus(line: entries.count + 4) }
    let said = try BillRow(trailer[1], line: entries.count + 3, under: sumColumns)
    do throws(BillFlaw) {
      try sums.compare(with: said, entries: entries.count)
    } catch {
      // Sums that lack a line cannot be what the bill says.
      guard !flaws.isEmpty else { throw error }
    }
    self.lines = lines
    self.flaws = flaws
  }
}
