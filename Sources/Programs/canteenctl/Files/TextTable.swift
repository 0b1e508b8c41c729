import CanteenCore

/// Columns for a terminal, each as wide as its widest cell.
struct TextTable {
  let header: [String]
  /// Columns from this one on hold figures and are right-aligned.
  let figuresFrom: Int
  private var rows: [[String]] = []

  init(header: [String], figuresFrom: Int) {
    self.header = header
    self.figuresFrom = figuresFrom
  }

  mutating func add(_ row: [String]) {
    rows.append(row)
  }

  func show() {
    let all = [header] + rows
    let widths = header.indices.map { column in all.map { Self.width(of: $0[column]) }.max() ?? 0 }
    for row in all {
      var line = ""
      for (column, text) in row.enumerated() {
        let space = String(repeating: " ", count: widths[column] - Self.width(of: text))
        line += (column == 0 ? "" : "  ") + (column < figuresFrom ? text + space : space + text)
      }
      while line.last == " " { line.removeLast() }
      print(line)
    }
  }

  /// The columns of the terminal that a text takes: Chinese characters take two.
  private static func width(of text: String) -> Int {
    text.unicodeScalars.reduce(0) { sum, scalar in
      switch scalar.value {
      case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
        0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x20000...0x3FFFD:
        sum + 2
      default: sum + 1
      }
    }
  }
}
