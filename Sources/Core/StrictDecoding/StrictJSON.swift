import Foundation

/// Reads JSON that came from outside: each key once and known, no deeper than it needs to be, and nothing after it.
public enum StrictJSON {
  /// Our messages are flat; a deeper text is an attempt to keep us busy.
  public static let usualDepth = 16

  /// - Throws: ``StrictJSONError`` that says what is wrong with the text.
  public static func decode<Value: Decodable>(
    _ type: Value.Type, from text: some Sequence<UInt8>, deepest: Int = usualDepth
  ) throws(StrictJSONError) -> Value {
    let bytes = Array(text)
    try JSONShape.check(bytes, deepest: deepest)
    do {
      return try Watched<Value>.decode { userInfo in
        let decoder = JSONDecoder()
        decoder.userInfo = userInfo
        return try decoder.decode(Watched<Value>.self, from: Data(bytes))
      }
    } catch let unknown as UnknownKey {
      throw .unknown(unknown)
    } catch {
      throw .unreadable(explain(error))
    }
  }

  /// Reads what we know of an answer that may carry more: each key once, and every number we read a plain integer.
  ///
  /// - Throws: ``StrictJSONError`` that says what is wrong with the text.
  public static func decodeKnownPart<Value: Decodable>(
    _ type: Value.Type, from text: some Sequence<UInt8>, deepest: Int = usualDepth
  ) throws(StrictJSONError) -> Value {
    let bytes = Array(text)
    let unplain = try JSONShape.check(bytes, deepest: deepest)
    let keys = KeysRead()
    let value: Value
    do {
      let decoder = JSONDecoder()
      decoder.userInfo[WatchedDecoder.keys] = keys
      value = try decoder.decode(Watched<Value>.self, from: Data(bytes)).value
    } catch {
      throw .unreadable(explain(error))
    }
    guard !unplain.contains(where: { keys.wasRead($0.key, at: $0.path) }) else { throw .notPlainNumber }
    return value
  }

  private static func explain(_ error: any Error) -> String {
    func place(_ context: DecodingError.Context) -> String {
      context.codingPath.isEmpty ? "the top" : context.codingPath.map(\.place).joined(separator: ".")
    }
    return switch error {
    case DecodingError.keyNotFound(let key, let context):
      "\"\((context.codingPath + [key]).map(\.place).joined(separator: "."))\" is missing"
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
      "wrong type at \(place(context))"
    case DecodingError.dataCorrupted(let context):
      context.codingPath.isEmpty
        ? "it is not JSON" : context.underlyingError.map { "\($0)" } ?? "bad value at \(place(context))"
    default: "\(error)"
    }
  }
}

public enum StrictJSONError: Error, Equatable, CustomStringConvertible {
  case unknown(UnknownKey)
  /// A key that one object gives twice.
  case duplicate(String)
  case tooDeep(Int)
  case notUTF8
  /// A number with a fraction or an exponent, where only plain integers are expected.
  case notPlainNumber
  case unreadable(String)

  public var description: String {
    switch self {
    case .unknown(let key): "\(key)"
    case .duplicate(let key): "\"\(key)\" is given twice"
    case .tooDeep(let deepest): "it is nested more than \(deepest) deep"
    case .notUTF8: "it is not UTF-8"
    case .notPlainNumber: "a number is written with a fraction or an exponent"
    case .unreadable(let reason): reason
    }
  }
}
