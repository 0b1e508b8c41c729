import CanteenCore
import Foundation

/// Rows for spreadsheet programs: RFC 4180, UTF-8 with a byte order mark so that Excel reads Chinese.
struct CSVTable {
  enum Cell {
    case text(String)
    /// Yuan with two decimals.
    case money(Fen)
  }

  let header: [String]
  private(set) var rows: [[Cell]] = []

  init(header: [String]) {
    self.header = header
  }

  mutating func add(_ row: [Cell]) {
    rows.append(row)
  }

  var contents: Data {
    var text = "\u{FEFF}"
    for row in [header.map { Cell.text($0) }] + rows {
      text += row.map(Self.field).joined(separator: ",") + "\r\n"
    }
    return Data(text.utf8)
  }

  private static func field(_ cell: Cell) -> String {
    switch cell {
    case .money(let amount): amount.yuan
    case .text(let text): quoted(harmless(text))
    }
  }

  /// Spreadsheet programs calculate what begins with one of these, even in quotes; an apostrophe makes it text.
  private static func harmless(_ text: String) -> String {
    guard let first = text.unicodeScalars.first, "=+-@\t\r\n＝＋－＠".unicodeScalars.contains(first) else {
      return text
    }
    return "'" + text
  }

  private static func quoted(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { ",\"\r\n'".unicodeScalars.contains($0) }) else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }
}
