import CanteenCore

extension KeyedDecodingContainer {
  func wrong(_ key: Key, _ reason: String) -> DecodingError {
    .dataCorruptedError(forKey: key, in: self, debugDescription: reason)
  }

  func wrong(_ key: Key, _ word: String, isNoneOf names: [String]) -> DecodingError {
    let nearest = nearestName(to: word, among: names).map { "; did you mean \"\($0)\"?" } ?? ""
    return wrong(key, "knows no \"\(word)\"" + nearest)
  }

  /// A value that is written as one of its names.
  func name<Value>(of type: Value.Type, forKey key: Key) throws -> Value
  where Value: RawRepresentable<String> & CaseIterable {
    try value(try decode(String.self, forKey: key), forKey: key)
  }

  /// nil when there is no such key.
  func names<Value>(of type: Value.Type, forKey key: Key) throws -> [Value]?
  where Value: RawRepresentable<String> & CaseIterable {
    try decodeIfPresent([String].self, forKey: key)?.map { try value($0, forKey: key) }
  }

  private func value<Value>(_ word: String, forKey key: Key) throws -> Value
  where Value: RawRepresentable<String> & CaseIterable {
    guard let value = Value(rawValue: word) else {
      throw wrong(key, word, isNoneOf: Value.allCases.map(\.rawValue))
    }
    return value
  }
}
