import CanteenCore
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
      throw HTTPRefusal(.badRequest, code: .badJSON, "The request cannot be read: \(error).")
    }
  }

  /// Makes sure that the body says nothing: it is empty, or `{}`.
  ///
  /// - Throws: ``HTTPRefusal`` that names what should not be there.
  public func noBody() async throws {
    let body = try await content(atMost: 1_024)
    guard body.readableBytes > 0 else { return }
    do {
      _ = try StrictJSON.decode(NothingSaid.self, from: body.readableBytesView)
    } catch {
      throw HTTPRefusal(.badRequest, code: .badJSON, "The request takes no body: \(error).")
    }
  }

  /// Reads the whole body, refusing more than `bytes` bytes.
  public func content(atMost bytes: Int) async throws -> ByteBuffer {
    do {
      return try await body.collect(upTo: bytes)
    } catch {
      throw HTTPRefusal(
        .contentTooLarge, code: .tooLarge, "The request is larger than the \(bytes) bytes allowed here.")
    }
  }
}

/// An object without keys.
private struct NothingSaid: Decodable {
  init(from decoder: any Decoder) throws {
    _ = try decoder.container(keyedBy: NoKeys.self)
  }

  private enum NoKeys: CodingKey {}
}
