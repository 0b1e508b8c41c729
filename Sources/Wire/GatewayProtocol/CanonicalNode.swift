/// JSON before it is text. Objects and arrays are classes because their containers go on filling them.
enum CanonicalNode {
  final class Members {
    var list: [(key: String, value: CanonicalNode)] = []

    // Most of our objects have fewer keys, so the list is not moved as it grows.
    init() { list.reserveCapacity(16) }
  }

  final class Elements {
    var list: [CanonicalNode] = []
  }

  case string(String)
  case integer(Int64)
  /// Text that stands as it is.
  case literal(String)
  case object(Members)
  case array(Elements)

  /// - Throws: `EncodingError` for what JSON cannot say: infinity and not-a-number.
  static func number<Value: BinaryFloatingPoint & CustomStringConvertible>(_ value: Value) throws
    -> CanonicalNode
  {
    guard value.isFinite else {
      throw EncodingError.invalidValue(
        value, EncodingError.Context(codingPath: [], debugDescription: "\(value) is no number in JSON"))
    }
    let text = value.description
    return .literal(text.hasSuffix(".0") ? String(text.dropLast(2)) : text)
  }

  func write(to bytes: inout [UInt8]) {
    switch self {
    case .string(let text): Self.write(text, to: &bytes)
    case .integer(let value): bytes.append(contentsOf: String(value).utf8)
    case .literal(let text): bytes.append(contentsOf: text.utf8)
    case .object(let members):
      var separator = UInt8(ascii: "{")
      members.list.sort { $0.key < $1.key }
      for member in members.list {
        bytes.append(separator)
        Self.write(member.key, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        member.value.write(to: &bytes)
        separator = UInt8(ascii: ",")
      }
      if members.list.isEmpty { bytes.append(separator) }
      bytes.append(UInt8(ascii: "}"))
    case .array(let elements):
      var separator = UInt8(ascii: "[")
      for element in elements.list {
        bytes.append(separator)
        element.write(to: &bytes)
        separator = UInt8(ascii: ",")
      }
      if elements.list.isEmpty { bytes.append(separator) }
      bytes.append(UInt8(ascii: "]"))
    }
  }

  private static func write(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    if text.utf8.contains(where: Self.mustBeEscaped) {
      for byte in text.utf8 { write(byte, to: &bytes) }
    } else {
      bytes.append(contentsOf: text.utf8)
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private static func mustBeEscaped(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
  }

  private static func write(_ byte: UInt8, to bytes: inout [UInt8]) {
    switch byte {
    case UInt8(ascii: "\""): bytes.append(contentsOf: "\\\"".utf8)
    case UInt8(ascii: "\\"): bytes.append(contentsOf: "\\\\".utf8)
    case 0x08: bytes.append(contentsOf: "\\b".utf8)
    case 0x0C: bytes.append(contentsOf: "\\f".utf8)
    case UInt8(ascii: "\n"): bytes.append(contentsOf: "\\n".utf8)
    case UInt8(ascii: "\r"): bytes.append(contentsOf: "\\r".utf8)
    case UInt8(ascii: "\t"): bytes.append(contentsOf: "\\t".utf8)
    case ..<0x20:
      bytes.append(contentsOf: "\\u00\(byte < 0x10 ? "0" : "")\(String(byte, radix: 16))".utf8)
    default: bytes.append(byte)
    }
  }
}
