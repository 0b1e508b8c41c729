public import CanteenCore

/// Why the text of a trade bill cannot be believed. Lines count from 1, which is the header. No case carries
/// what a line says about a person.
public enum BillFlaw: Error, Sendable, Equatable, CustomStringConvertible {
  case notText
  /// The first line names no such column, or names it twice.
  case column(String)
  /// A line that does not begin every value with a backtick, or has more or fewer values than columns.
  case shape(line: Int)
  /// A value that is not what its column holds.
  case value(line: Int, column: String)
  /// The text ends without the two lines of sums.
  case cutOff(afterLine: Int)
  case count(said: Int, found: Int)
  case sum(column: String, said: Fen, found: Fen)
  /// Something follows the sums.
  case surplus(line: Int)

  /// Whether only one line is to blame.
  var isOfOneLine: Bool {
    switch self {
    case .shape, .value: true
    case .notText, .column, .cutOff, .count, .sum, .surplus: false
    }
  }

  public var description: String {
    switch self {
    case .notText: "the bill is not UTF-8 text"
    case .column(let name): "the bill's header does not name \(name) once"
    case .shape(let line): "line \(line) of the bill does not have one value for each column"
    case .value(let line, let column): "line \(line) of the bill has no valid \(column)"
    case .cutOff(let line): "the bill is cut off after line \(line)"
    case .count(let said, let found): "the bill says it has \(said) entries but has \(found)"
    case .sum(let column, let said, let found):
      "the bill says \(column) is ¥\(said.yuan), but its lines add up to ¥\(found.yuan)"
    case .surplus(let line): "line \(line) of the bill comes after its end"
    }
  }
}
