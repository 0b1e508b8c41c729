import Foundation

/// Checks what `JSONDecoder` lets pass and we do not: an object that gives one key twice (the decoder
/// silently takes one), nesting without end, and text that is not UTF-8 (the decoder guesses its encoding).
/// Everything else is left to the decoder.
enum JSONShape {
  /// - Parameters:
  ///   - deepest: how far lists and objects may stand in one another.
  ///   - plainNumbers: `1e2` and `1.0` are refused, which a decoder would take for integers.
  static func check(_ text: [UInt8], deepest: Int, plainNumbers: Bool = false) throws(StrictJSONError) {
    /// The keys of each open object; nil for an open list.
    var open: [Set<String>?] = []
    var keyFollows = false
    var index = 0
    while index < text.count {
      switch text[index] {
      case UInt8(ascii: "\""):
        guard let end = endOfString(in: text, from: index) else { return }
        if keyFollows, let keys = open.last, var keys, let key = key(in: text[index...end]) {
          guard keys.insert(key).inserted else { throw .duplicate(key) }
          open[open.count - 1] = keys
        }
        keyFollows = false
        index = end
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        guard open.count < deepest else { throw .tooDeep(deepest) }
        keyFollows = text[index] == UInt8(ascii: "{")
        open.append(keyFollows ? [] : nil)
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        _ = open.popLast()
        keyFollows = false
      case UInt8(ascii: ","):
        keyFollows = open.last.flatMap(\.self) != nil
      case 0:
        throw .notUTF8
      case UInt8(ascii: "."), UInt8(ascii: "E"):
        if plainNumbers { throw .notPlainNumber }
      case UInt8(ascii: "e"):
        // The other `e` ends `true` or stands in `false`.
        if plainNumbers, index > 0, isDigit(text[index - 1]) { throw .notPlainNumber }
      default:
        break
      }
      index += 1
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private static func endOfString(in text: [UInt8], from start: Int) -> Int? {
    var index = start + 1
    while index < text.count {
      switch text[index] {
      case UInt8(ascii: "\""): return index
      case UInt8(ascii: "\\"): index += 2
      default: index += 1
      }
    }
    return nil
  }

  /// - Parameter quoted: a string with its quotes; it may contain escapes.
  private static func key(in quoted: ArraySlice<UInt8>) -> String? {
    guard quoted.contains(UInt8(ascii: "\\")) else {
      return String(decoding: quoted.dropFirst().dropLast(), as: UTF8.self)
    }
    return try? JSONDecoder().decode(String.self, from: Data(quoted))
  }
}
