import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// Plain calls to the programs on the stage.
enum HTTP {
  /// Reports a program that is down at once and does not retry; lives as long as the process.
  private static let client: HTTPClient = {
    var configuration = HTTPClient.Configuration(timeout: .init(connect: .seconds(3)))
    configuration.connectionPool.retryConnectionEstablishment = false
    return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
  }()

  static func get(_ address: String) async throws -> Data {
    let response = try await client.execute(HTTPClientRequest(url: address), timeout: .seconds(10))
    return Data(try await response.body.collect(upTo: 64 << 20).readableBytesView)
  }

  static func post(_ address: String, body: String) async throws -> (status: UInt, body: Data) {
    var request = HTTPClientRequest(url: address)
    request.method = .POST
    request.headers.add(name: "content-type", value: "application/json")
    request.body = .bytes(ByteBuffer(string: body))
    let response = try await client.execute(request, timeout: .seconds(10))
    return (response.status.code, Data(try await response.body.collect(upTo: 1 << 20).readableBytesView))
  }

  /// Follows server-sent events until the connection ends.
  static func follow(_ address: String, _ read: (Data) async throws -> Void) async throws {
    let response = try await client.execute(HTTPClientRequest(url: address), deadline: .distantFuture)
    var received = Data()
    let end = Data("\n\n".utf8)
    for try await part in response.body {
      received.append(contentsOf: part.readableBytesView)
      while let gap = received.firstRange(of: end) {
        let event = received[..<gap.lowerBound]
        received = Data(received[gap.upperBound...])
        if event.starts(with: Data("data: ".utf8)) { try await read(Data(event.dropFirst(6))) }
      }
    }
  }
}
