/// The school's name as guardians read it on their bill.
public struct MerchantName: Sendable, Equatable {
  /// A `description` of API v3 has at most 127 characters; other calls count bytes, so that nobody is cut off in the
  /// middle of a name.
  static let mostBytes = 127
  private static let suffix = " 食堂"

  private let name: String

  public init(_ name: String) {
    self.name = name
  }

  /// What is wrong with the name; nil for one that the platform takes. Every single order would be refused otherwise.
  public var flaw: String? {
    if name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
      return "it holds a line break or another control character"
    }
    if name.withinThreeByteUTF8.allSatisfy(\.isWhitespace) {
      return "nothing of it is left without the characters that WeChat Pay does not take, such as emoji"
    }
    if description.utf8.count > Self.mostBytes {
      return "it is longer than \(Self.mostBytes - Self.suffix.utf8.count) bytes"
    }
    return nil
  }

  var description: String { name.withinThreeByteUTF8 + Self.suffix }
}
