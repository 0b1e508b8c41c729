import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// Plain calls to the programs on the stage.
enum HTTP {
  static func get(_ address: String) async throws -> Data {
    let response = try await HTTPClient.shared.execute(HTTPClientRequest(url: address), timeout: .seconds(10))
    return Data(try await response.body.collect(upTo: 64 << 20).readableBytesView)
  }

  static func post(_ address: String, body: String) async throws -> (status: UInt, body: Data) {
    var request = HTTPClientRequest(url: address)
    request.method = .POST
    request.headers.add(name: "content-type", value: "application/json")
    request.body = .bytes(ByteBuffer(string: body))
    let response = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
    return (response.status.code, Data(try await response.body.collect(upTo: 1 << 20).readableBytesView))
  }
}
