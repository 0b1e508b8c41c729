import Foundation

/// A value together with the rule that every key its text gives must mean something.
///
/// Works with any decoder that hands on `userInfo`: JSON and YAML are read by the same mechanism.
public struct Watched<Value: Decodable>: Decodable {
  public let value: Value

  public init(from decoder: any Decoder) throws {
    value = try Value(from: WatchedDecoder(base: decoder))
  }

  /// Decodes by `decode`, which hands the `userInfo` to its decoder.
  ///
  /// - Throws: ``UnknownKey`` for a key that the value does not read, else what `decode` throws.
  public static func decode(
    by decode: (_ userInfo: [CodingUserInfoKey: any Sendable]) throws -> Self
  ) throws -> Value {
    let keys = KeysRead()
    let watched: Self
    do {
      watched = try decode([WatchedDecoder.keys: keys])
    } catch DecodingError.keyNotFound(let missing, let context) {
      throw keys.misspelling(of: missing.stringValue, at: context.codingPath.map(\.place))
        ?? DecodingError.keyNotFound(missing, context) as any Error
    }
    if let unknown = keys.unknown { throw unknown }
    return watched.value
  }
}

/// Notes which keys there are and which are read, and leaves all else to the decoder below.
struct WatchedDecoder: Decoder {
  static let keys: CodingUserInfoKey = {
    guard let key = CodingUserInfoKey(rawValue: "canteen.keys-read") else {
      preconditionFailure("Any text names a key.")
    }
    return key
  }()

  let base: any Decoder

  var codingPath: [any CodingKey] { base.codingPath }
  var userInfo: [CodingUserInfoKey: Any] { base.userInfo }

  private var keysRead: KeysRead? { userInfo[Self.keys] as? KeysRead }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    KeyedDecodingContainer(
      WatchedMembers(
        base: try base.container(keyedBy: type), all: try base.container(keyedBy: AnyKey.self),
        keysRead: keysRead))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    WatchedElements(base: try base.unkeyedContainer(), keysRead: keysRead)
  }

  func singleValueContainer() throws -> any SingleValueDecodingContainer {
    WatchedSingle(base: try base.singleValueContainer())
  }
}

/// Any key of an object.
struct AnyKey: CodingKey {
  let stringValue: String
  let intValue: Int?

  init(stringValue: String) {
    self.stringValue = stringValue
    intValue = nil
  }

  init(intValue: Int) {
    stringValue = "\(intValue)"
    self.intValue = intValue
  }
}

extension CodingKey {
  var place: String { intValue.map(String.init) ?? stringValue }
}

extension Decodable {
  /// False for types that decoders read in their own way; nothing inside them has keys.
  static var hasKeys: Bool {
    switch self {
    case is String.Type, is Bool.Type, is Int.Type, is Int64.Type, is Double.Type, is Float.Type: false
    case is Data.Type, is URL.Type, is Date.Type, is Decimal.Type: false
    default: !(self is any FixedWidthInteger.Type)
    }
  }
}
