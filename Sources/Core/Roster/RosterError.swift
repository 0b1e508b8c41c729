/// Why a list of people cannot be used, in one sentence.
public enum RosterError: Error, Equatable, CustomStringConvertible {
  case notUTF8
  case strayQuote(line: Int)
  case openQuote(line: Int)
  case empty
  case unknownColumn(String, nearest: String?)
  case repeatedColumn(String)
  case missingColumn(String)
  case wrongFieldCount(line: Int, found: Int, expected: Int)
  case badID(line: Int, String)
  case repeatedID(line: Int, String, firstLine: Int)

  public var description: String {
    switch self {
    case .notUTF8:
      "The list is not UTF-8 (a spreadsheet in Chinese may have saved it as GBK); save it as \"CSV UTF-8\"."
    case .strayQuote(let line):
      "Line \(line) has a quotation mark in the middle of a field; quote the whole field and double the mark."
    case .openQuote(let line): "The quotation mark opened on line \(line) is never closed."
    case .empty: "The list is empty; its first line names the columns."
    case .unknownColumn(let name, let nearest):
      "\"\(name)\" is not a column" + (nearest.map { "; did you mean \"\($0)\"?" } ?? ".")
    case .repeatedColumn(let name): "The column \"\(name)\" is there twice."
    case .missingColumn(let name): "The column \"\(name)\" is missing."
    case .wrongFieldCount(let line, let found, let expected):
      "Line \(line) has \(found) fields, the first line has \(expected); quote fields that hold a comma."
    case .badID(let line, let reason): "Line \(line): \(reason)"
    case .repeatedID(let line, let id, let first):
      "Line \(line): \(id) is already on line \(first)."
    }
  }
}
