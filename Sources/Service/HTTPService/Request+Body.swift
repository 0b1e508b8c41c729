public import Hummingbird
public import NIOCore
import StrictDecoding

extension Request {
  /// Reads the body as JSON of at most `bytes` bytes, of which every key must mean something.
  ///
  /// - Throws: ``HTTPRefusal`` that says what is wrong with it.
  public func json<Value: Decodable>(_ type: Value.Type, atMost bytes: Int = 1 << 20) async throws -> Value {
    let body = try await content(atMost: bytes)
    do {
      return try StrictJSON.decode(type, from: body.readableBytesView)
    } catch {
      throw HTTPRefusal(.badRequest, code: "bad_json", "The request cannot be read: \(error).")
    }
  }

  /// Reads the whole body, refusing more than `bytes` bytes.
  public func content(atMost bytes: Int) async throws -> ByteBuffer {
    do {
      return try await body.collect(upTo: bytes)
    } catch {
      throw HTTPRefusal(
        .contentTooLarge, code: "too_large", "The request is larger than the \(bytes) bytes allowed here.")
    }
  }
}
