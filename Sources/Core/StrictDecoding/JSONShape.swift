import Foundation

/// Checks what `JSONDecoder` lets pass and we do not: an object that gives one key twice (the decoder
/// silently takes one), nesting without end, and text that is not UTF-8 (the decoder guesses its encoding).
/// Everything else is left to the decoder.
enum JSONShape {
  /// A member of an object.
  struct Member: Hashable {
    /// Keys and, in lists, numbers that lead to the object.
    let path: [String]
    let key: String
  }

  /// A list or object that is not closed yet.
  private enum Open {
    case object(keys: Set<String>, current: String)
    case list(at: Int)

    var place: String {
      switch self {
      case .object(_, let current): current
      case .list(let index): "\(index)"
      }
    }

    var isObject: Bool { if case .object = self { true } else { false } }
  }

  /// - Parameter deepest: how far lists and objects may stand in one another.
  /// - Returns: the members with numbers like `1e2` and `1.0`, which a decoder would take for integers. Numbers in a
  ///   list belong to the member that has the list.
  @discardableResult
  static func check(_ text: [UInt8], deepest: Int) throws(StrictJSONError) -> Set<Member> {
    var open: [Open] = []
    var unplain: Set<Member> = []
    var keyFollows = false
    var index = 0
    while index < text.count {
      switch text[index] {
      case UInt8(ascii: "\""):
        guard let end = endOfString(in: text, from: index) else { return unplain }
        if keyFollows, case .object(var keys, _)? = open.last, let key = key(in: text[index...end]) {
          guard keys.insert(key).inserted else { throw .duplicate(key) }
          open[open.count - 1] = .object(keys: keys, current: key)
        }
        keyFollows = false
        index = end
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        guard open.count < deepest else { throw .tooDeep(deepest) }
        keyFollows = text[index] == UInt8(ascii: "{")
        open.append(keyFollows ? .object(keys: [], current: "") : .list(at: 0))
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        _ = open.popLast()
        keyFollows = false
      case UInt8(ascii: ","):
        if case .list(let place)? = open.last { open[open.count - 1] = .list(at: place + 1) }
        keyFollows = open.last?.isObject ?? false
      case 0:
        throw .notUTF8
      case UInt8(ascii: "."), UInt8(ascii: "E"):
        if let member = member(at: open) { unplain.insert(member) }
      case UInt8(ascii: "e"):
        // The other `e` ends `true` or stands in `false`.
        if index > 0, isDigit(text[index - 1]), let member = member(at: open) { unplain.insert(member) }
      default:
        break
      }
      index += 1
    }
    return unplain
  }

  private static func member(at open: [Open]) -> Member? {
    guard let last = open.lastIndex(where: \.isObject) else { return nil }
    return Member(path: open[..<last].map(\.place), key: open[last].place)
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
