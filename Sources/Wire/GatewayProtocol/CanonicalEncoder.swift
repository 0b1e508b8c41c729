import Foundation

/// Encodes a value as ``CanonicalJSON`` writes it: the same text as `JSONEncoder` with sorted keys and plain
/// slashes, in a fraction of its time. Every order waits for this before it can be booked.
///
/// Not for values that write one key twice, use a super encoder or hold a `Decimal`; none of ours do.
final class CanonicalEncoder: Encoder {
  let codingPath: [any CodingKey] = []
  let userInfo: [CodingUserInfoKey: Any] = [:]
  /// nil until the value wrote something.
  fileprivate(set) var node: CanonicalNode?

  static func encode(_ value: some Encodable) throws -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(2_048)
    try Self.node(of: value).write(to: &bytes)
    return bytes
  }

  fileprivate static func node<Value: Encodable>(of value: Value) throws -> CanonicalNode {
    // JSONEncoder writes these two as text; their own way would be an array of numbers and an object.
    if Value.self == Data.self, let data = value as? Data { return .string(data.base64EncodedString()) }
    if Value.self == URL.self, let url = value as? URL { return .string(url.absoluteString) }
    let encoder = CanonicalEncoder()
    try value.encode(to: encoder)
    return encoder.node ?? .object(CanonicalNode.Members())
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    let members = CanonicalNode.Members()
    node = .object(members)
    return KeyedEncodingContainer(CanonicalMembers(members: members))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    let elements = CanonicalNode.Elements()
    node = .array(elements)
    return CanonicalElements(elements: elements)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer { CanonicalSingle(encoder: self) }
}

private struct CanonicalMembers<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let members: CanonicalNode.Members
  var codingPath: [any CodingKey] { [] }

  private func add(_ node: CanonicalNode, _ key: Key) { members.list.append((key.stringValue, node)) }

  func encodeNil(forKey key: Key) { add(.literal("null"), key) }
  func encode(_ value: Bool, forKey key: Key) { add(.literal(value ? "true" : "false"), key) }
  func encode(_ value: String, forKey key: Key) { add(.string(value), key) }
  func encode(_ value: Int, forKey key: Key) { add(.integer(Int64(value)), key) }
  func encode(_ value: Int64, forKey key: Key) { add(.integer(value), key) }
  func encode(_ value: Double, forKey key: Key) throws { add(try .number(value), key) }
  func encode(_ value: Float, forKey key: Key) throws { add(try .number(value), key) }
  func encode(_ value: some Encodable, forKey key: Key) throws {
    add(try CanonicalEncoder.node(of: value), key)
  }

  func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key)
    -> KeyedEncodingContainer<Nested>
  {
    let nested = CanonicalNode.Members()
    add(.object(nested), key)
    return KeyedEncodingContainer(CanonicalMembers<Nested>(members: nested))
  }

  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    let nested = CanonicalNode.Elements()
    add(.array(nested), key)
    return CanonicalElements(elements: nested)
  }

  func superEncoder() -> any Encoder { preconditionFailure("No value of ours has a superclass.") }
  func superEncoder(forKey key: Key) -> any Encoder { superEncoder() }
}

private struct CanonicalElements: UnkeyedEncodingContainer {
  let elements: CanonicalNode.Elements
  var codingPath: [any CodingKey] { [] }
  var count: Int { elements.list.count }

  func encodeNil() { elements.list.append(.literal("null")) }
  func encode(_ value: String) { elements.list.append(.string(value)) }
  func encode(_ value: Int) { elements.list.append(.integer(Int64(value))) }
  func encode(_ value: Double) throws { elements.list.append(try .number(value)) }
  func encode(_ value: Float) throws { elements.list.append(try .number(value)) }
  func encode(_ value: some Encodable) throws { elements.list.append(try CanonicalEncoder.node(of: value)) }

  func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
    let nested = CanonicalNode.Members()
    elements.list.append(.object(nested))
    return KeyedEncodingContainer(CanonicalMembers<Nested>(members: nested))
  }

  func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
    let nested = CanonicalNode.Elements()
    elements.list.append(.array(nested))
    return CanonicalElements(elements: nested)
  }

  func superEncoder() -> any Encoder { preconditionFailure("No value of ours has a superclass.") }
}

private struct CanonicalSingle: SingleValueEncodingContainer {
  let encoder: CanonicalEncoder
  var codingPath: [any CodingKey] { [] }

  func encodeNil() { encoder.node = .literal("null") }
  func encode(_ value: Bool) { encoder.node = .literal(value ? "true" : "false") }
  func encode(_ value: String) { encoder.node = .string(value) }
  func encode(_ value: Double) throws { encoder.node = try .number(value) }
  func encode(_ value: Float) throws { encoder.node = try .number(value) }
  func encode(_ value: Int) { encoder.node = .integer(Int64(value)) }
  func encode(_ value: Int8) { encoder.node = .integer(Int64(value)) }
  func encode(_ value: Int16) { encoder.node = .integer(Int64(value)) }
  func encode(_ value: Int32) { encoder.node = .integer(Int64(value)) }
  func encode(_ value: Int64) { encoder.node = .integer(value) }
  func encode(_ value: UInt) { encoder.node = .literal(String(value)) }
  func encode(_ value: UInt8) { encoder.node = .integer(Int64(value)) }
  func encode(_ value: UInt16) { encoder.node = .integer(Int64(value)) }
  func encode(_ value: UInt32) { encoder.node = .integer(Int64(value)) }
  func encode(_ value: UInt64) { encoder.node = .literal(String(value)) }
  func encode(_ value: some Encodable) throws { encoder.node = try CanonicalEncoder.node(of: value) }
}
