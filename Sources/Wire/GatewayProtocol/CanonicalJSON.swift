public import Foundation

/// JSON as both sides write it: sorted keys and plain slashes, so that one value has one text.
///
/// Even so, a signature always covers the text that was sent, never a text made again from the value.
public enum CanonicalJSON {
  public static func text(_ value: some Encodable) throws -> String {
    String(decoding: try CanonicalEncoder.encode(value), as: UTF8.self)
  }

  public static func data(_ value: some Encodable) throws -> Data {
    Data(try CanonicalEncoder.encode(value))
  }

  public static func decode<Value: Decodable>(_ type: Value.Type, from text: String) throws -> Value {
    try JSONDecoder().decode(type, from: Data(text.utf8))
  }
}
