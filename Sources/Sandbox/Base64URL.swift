import Foundation

extension Data {
  /// RFC 4648 section 5, without padding.
  var base64URL: String {
    String(
      base64EncodedString().compactMap { character -> Character? in
        switch character {
        case "+": "-"
        case "/": "_"
        case "=": nil
        default: character
        }
      })
  }

  /// - Returns: nil for anything but unpadded base64url.
  init?(base64URL text: some StringProtocol) {
    guard
      !text.utf8.contains(where: { [UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "=")].contains($0) })
    else { return nil }
    let standard = text.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 }
    let padding = String(repeating: "=", count: (4 - standard.count % 4) % 4)
    self.init(base64Encoded: String(standard) + padding)
  }
}
