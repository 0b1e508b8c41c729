struct WatchedMembers<Key: CodingKey>: KeyedDecodingContainerProtocol {
  private let base: KeyedDecodingContainer<Key>
  private let keysRead: KeysRead?
  private let path: [String]

  init(base: KeyedDecodingContainer<Key>, all: KeyedDecodingContainer<AnyKey>, keysRead: KeysRead?) {
    self.base = base
    self.keysRead = keysRead
    path = base.codingPath.map(\.place)
    keysRead?.found(all.allKeys.map(\.stringValue), at: path)
  }

  var codingPath: [any CodingKey] { base.codingPath }
  var allKeys: [Key] { base.allKeys }

  private func note(_ key: Key) { keysRead?.read(key.stringValue, at: path) }

  func contains(_ key: Key) -> Bool {
    note(key)
    return base.contains(key)
  }

  func decodeNil(forKey key: Key) throws -> Bool {
    note(key)
    return try base.decodeNil(forKey: key)
  }

  func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
    note(key)
    guard Value.hasKeys else { return try base.decode(type, forKey: key) }
    return try base.decode(Watched<Value>.self, forKey: key).value
  }

  func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key) throws
    -> KeyedDecodingContainer<Nested>
  {
    note(key)
    return KeyedDecodingContainer(
      WatchedMembers<Nested>(
        base: try base.nestedContainer(keyedBy: type, forKey: key),
        all: try base.nestedContainer(keyedBy: AnyKey.self, forKey: key), keysRead: keysRead))
  }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    note(key)
    return WatchedElements(base: try base.nestedUnkeyedContainer(forKey: key), keysRead: keysRead)
  }

  func superDecoder() throws -> any Decoder { WatchedDecoder(base: try base.superDecoder()) }

  func superDecoder(forKey key: Key) throws -> any Decoder {
    note(key)
    return WatchedDecoder(base: try base.superDecoder(forKey: key))
  }
}

struct WatchedElements: UnkeyedDecodingContainer {
  private var base: any UnkeyedDecodingContainer
  private let keysRead: KeysRead?

  init(base: any UnkeyedDecodingContainer, keysRead: KeysRead?) {
    self.base = base
    self.keysRead = keysRead
  }

  var codingPath: [any CodingKey] { base.codingPath }
  var count: Int? { base.count }
  var isAtEnd: Bool { base.isAtEnd }
  var currentIndex: Int { base.currentIndex }

  mutating func decodeNil() throws -> Bool { try base.decodeNil() }

  mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    guard Value.hasKeys else { return try base.decode(type) }
    return try base.decode(Watched<Value>.self).value
  }

  mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) throws
    -> KeyedDecodingContainer<Nested>
  {
    try superDecoder().container(keyedBy: type)
  }

  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    WatchedElements(base: try base.nestedUnkeyedContainer(), keysRead: keysRead)
  }

  mutating func superDecoder() throws -> any Decoder { WatchedDecoder(base: try base.superDecoder()) }
}

struct WatchedSingle: SingleValueDecodingContainer {
  let base: any SingleValueDecodingContainer

  var codingPath: [any CodingKey] { base.codingPath }

  func decodeNil() -> Bool { base.decodeNil() }

  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    guard Value.hasKeys else { return try base.decode(type) }
    return try base.decode(Watched<Value>.self).value
  }
}
