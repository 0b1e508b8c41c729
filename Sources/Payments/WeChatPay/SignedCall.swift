import Foundation

/// One request before it is signed.
struct SignedCall: Sendable {
  let method: String
  /// Path and query, percent-encoded: signed and sent as it stands.
  let target: String
  /// Empty for GET.
  let body: Data

  static func get(_ path: [String], query: [(String, String)] = []) -> SignedCall {
    SignedCall(method: "GET", target: Self.target(path, query), body: Data())
  }

  /// For an address that an answer gave. Scheme and host are left out: a signed request goes to the configured
  /// platform and nowhere else.
  ///
  /// - Returns: nil for anything but an absolute address in plain ASCII.
  static func get(address: String) -> SignedCall? {
    guard let scheme = address.firstRange(of: "://"),
      let path = address[scheme.upperBound...].firstIndex(of: "/")
    else { return nil }
    let target = address[path...]
    guard target.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "#") }) else {
      return nil
    }
    return SignedCall(method: "GET", target: String(target), body: Data())
  }

  static func post(_ path: [String], body: Data) -> SignedCall {
    SignedCall(method: "POST", target: Self.target(path, []), body: body)
  }

  private static func target(_ path: [String], _ query: [(String, String)]) -> String {
    let path = path.map { "/" + $0.percentEncoded }.joined()
    guard !query.isEmpty else { return path }
    return path + "?" + query.map { "\($0.percentEncoded)=\($1.percentEncoded)" }.joined(separator: "&")
  }
}

extension String {
  /// Everything but RFC 3986's unreserved characters is escaped.
  fileprivate var percentEncoded: String {
    let digits = Array("0123456789ABCDEF")
    return utf8.reduce(into: "") { text, byte in
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        text.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        text += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
      }
    }
  }
}
