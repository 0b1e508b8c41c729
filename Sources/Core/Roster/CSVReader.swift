public import Foundation

/// Reads a table that a spreadsheet program saved: RFC 4180 in UTF-8, with or without a byte order mark.
public enum CSVReader {
  public struct Row: Sendable, Equatable {
    /// Line of the file on which the row begins, from 1.
    public let line: Int
    public let fields: [String]
  }

  /// Empty lines are left out.
  public static func rows(of contents: Data) throws(RosterError) -> [Row] {
    var bytes = contents[...]
    if bytes.starts(with: [0xef, 0xbb, 0xbf]) { bytes = bytes.dropFirst(3) }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw .notUTF8 }
    return try rows(of: text)
  }

  private static func rows(of text: String) throws(RosterError) -> [Row] {
    var rows: [Row] = []
    var (line, start) = (1, 1)
    var fields: [String] = []
    var field = ""
    var quotes = Quotes.none

    func endRow() {
      fields.append(field)
      if fields != [""] { rows.append(Row(line: start, fields: fields)) }
      (fields, field, quotes) = ([], "", .none)
      start = line
    }

    // "\r\n" is one Character.
    for character in text {
      if character.isNewline { line += 1 }
      switch (quotes, character) {
      case (.open, "\""): quotes = .maybeClosed
      case (.open, _): field.append(character)
      case (.maybeClosed, "\""):
        field.append(character)
        quotes = .open
      case (_, ","):
        fields.append(field)
        (field, quotes) = ("", .none)
      case (_, "\n"), (_, "\r\n"), (_, "\r"): endRow()
      case (.none, "\"") where field.isEmpty: quotes = .open
      case (.none, "\""), (.maybeClosed, _): throw .strayQuote(line: line)
      case (.none, _): field.append(character)
      }
    }
    guard quotes != .open else { throw .openQuote(line: start) }
    endRow()
    return rows
  }

  private enum Quotes {
    case none, open, maybeClosed
  }
}
