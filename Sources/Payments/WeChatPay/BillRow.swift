import CanteenCore
import Foundation

/// The places of a bill's columns.
struct BillHeader {
  private let places: [String: Int]

  init(_ bytes: Data) throws(BillFlaw) {
    var places: [String: Int] = [:]
    for name in bytes.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
      let name = String(decoding: name, as: UTF8.self)
      guard places.updateValue(places.count, forKey: name) == nil else { throw .column(name) }
    }
    self.places = places
  }

  /// One value for each column. The name of goods may hold what separates values; the columns before and after it do
  /// not, so the rest is counted from both ends.
  fileprivate func fitted(_ values: [String], line: Int) throws(BillFlaw) -> [String] {
    let surplus = values.count - places.count
    guard surplus > 0, let goods = place(of: .goods)?.index else {
      guard surplus == 0 else { throw .shape(line: line) }
      return values
    }
    return values[..<goods] + [values[goods...(goods + surplus)].joined(separator: ",`")]
      + values[(goods + surplus + 1)...]
  }

  /// Place and name of a column, by the newest of its names that this header has.
  func place(of column: BillColumn) -> (index: Int, name: String)? {
    for name in column.names {
      if let index = places[name] { return (index, name) }
    }
    return nil
  }
}

/// One line of values, each after a backtick.
struct BillRow {
  private let line: Int
  private let header: BillHeader
  private let values: [String]

  init(_ bytes: Data, line: Int, under header: BillHeader) throws(BillFlaw) {
    let backtick = UInt8(ascii: "`")
    guard bytes.first == backtick else { throw .shape(line: line) }
    var values: [[UInt8]] = [[]]
    var isAfterComma = false
    for byte in bytes.dropFirst() {
      // A comma inside a value is not followed by a backtick.
      if isAfterComma, byte == backtick {
        values[values.count - 1].removeLast()
        values.append([])
      } else {
        values[values.count - 1].append(byte)
      }
      isAfterComma = byte == UInt8(ascii: ",")
    }
    self.values = try header.fitted(values.map { String(decoding: $0, as: UTF8.self) }, line: line)
    self.header = header
    self.line = line
  }

  func text(_ column: BillColumn) throws(BillFlaw) -> String {
    guard let place = header.place(of: column) else { throw .column(column.names[0]) }
    return values[place.index]
  }

  /// The text of a column that must have a value; `0` counts as none.
  func required(_ column: BillColumn) throws(BillFlaw) -> String {
    let text = try text(column)
    guard !text.isEmpty, text != "0" else { throw wrong(column) }
    return text
  }

  /// Reads yuan exactly, never through a binary fraction.
  func fen(_ column: BillColumn) throws(BillFlaw) -> Fen {
    let text = try text(column)
    do {
      return try Fen(yuan: text)
    } catch {
      throw wrong(column)
    }
  }

  func wrong(_ column: BillColumn) -> BillFlaw {
    .value(line: line, column: header.place(of: column)?.name ?? column.names[0])
  }
}
