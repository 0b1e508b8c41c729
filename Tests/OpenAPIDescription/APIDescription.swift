public import Foundation
public import Hummingbird
import Yams

/// A description of calls by OpenAPI, read as far as tests compare it with the code.
public struct APIDescription {
  public struct Unreadable: Error {
    let what: String
  }

  private let root: [String: Any]

  public init(yaml file: URL) throws {
    guard let root = try Yams.load(yaml: String(contentsOf: file, encoding: .utf8)) as? [String: Any] else {
      throw Unreadable(what: file.path)
    }
    self.root = root
  }

  /// Calls as `GET /path/{part}`.
  public var calls: Set<String> {
    get throws {
      guard let paths = root["paths"] as? [String: [String: Any]] else { throw Unreadable(what: "paths") }
      return Set(
        paths.flatMap { path, item in
          item.keys.filter(["get", "put", "post", "delete"].contains).map { "\($0.uppercased()) \(path)" }
        })
    }
  }

  /// What a router answers to and what is described, where they differ: each call once, with the side that lacks it.
  public func differences<Context>(from router: Router<Context>) throws -> [String] {
    try differences(from: router.routes)
  }

  /// The same for the routes of several routers.
  public func differences<Context>(from routes: [Router<Context>.RouteDescription]) throws -> [String] {
    let routes = Set(
      routes.map { route in
        "\(route.method) \(route.path)".replacing(#/:(\w+)/#) { "{\($0.1)}" }
      })
    return try calls.subtracting(routes).map { "\($0) is described and does not exist" }.sorted()
      + routes.subtracting(calls).map { "\($0) is not described" }.sorted()
  }

  /// The words that a schema of words allows.
  public func words(_ schema: String) throws -> [String] {
    guard let components = root["components"] as? [String: Any],
      let schemas = components["schemas"] as? [String: Any], let found = schemas[schema] as? [String: Any],
      let words = found["enum"] as? [String]
    else { throw Unreadable(what: schema) }
    return words
  }
}
