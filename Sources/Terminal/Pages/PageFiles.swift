import Foundation
import HTTPService
import HTTPTypes
import Hummingbird
import NIOCore
import CanteenCore

/// Serves the two pages and what they load, from the web folder and nowhere else.
struct PageFiles: Sendable {
  private static let types = [
    "html": "text/html; charset=utf-8", "js": "text/javascript; charset=utf-8",
    "css": "text/css; charset=utf-8",
  ]

  let folder: URL

  func add(to router: Router<BasicRequestContext>) {
    router.get("till") { _, _ in try file("till.html", of: "till") }
    router.get("student") { _, _ in try file("student.html", of: "student") }
    router.get("/") { _, _ in Response(status: .seeOther, headers: [.location: "/till"]) }
    router.get("web/:part/:name") { _, context in
      try file(context.parameters.require("name"), of: context.parameters.require("part"))
    }
  }

  /// - Parameter part: `till`, `student` or `common`.
  private func file(_ name: String, of part: String) throws -> Response {
    let url = folder.appending(path: part).appending(path: name)
    guard ![part, name].contains(where: { $0.hasPrefix(".") || $0.contains("/") }),
      let type = Self.types[url.pathExtension],
      let bytes = try? Data(contentsOf: url)
    else {
      throw HTTPRefusal(.notFound, code: .notFound, "There is no such page; try /till or /student.")
    }
    return Response(
      status: .ok, headers: [.contentType: type, .cacheControl: "no-cache"],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
  }
}
