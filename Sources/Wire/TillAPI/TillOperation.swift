/// One call of the till's interface: where it is, what it takes and what it answers with.
///
/// `Body` and `Answer` are types of JSON, or one of the kinds below.
public struct TillOperation<Body, Answer>: Sendable {
  public let method: TillMethod
  /// With `{name}` for each part that the caller fills in.
  public let path: String
  /// The status of an answer that is no refusal.
  public let success: Int
  /// Bodies that are larger are refused.
  public let mostBytes: Int

  init(_ method: TillMethod, _ path: String, success: Int = 200, mostBytes: Int = 1 << 16) {
    self.method = method
    self.path = path
    self.success = success
    self.mostBytes = mostBytes
  }

  /// The path with its part filled in; what is filled in must need no escaping.
  public func path(_ part: some CustomStringConvertible) -> String {
    guard let start = path.firstIndex(of: "{"), let end = path.firstIndex(of: "}") else { return path }
    return path.replacingCharacters(from: start, through: end, with: part.description)
  }
}

public enum TillMethod: String, Sendable {
  case get = "GET"
  case post = "POST"
}

/// The call takes no body. `{}` counts as none; anything else is refused.
public enum NoBody {}
/// The call answers with its status alone.
public enum NoAnswer {}
/// Server-sent events, each with one `View` as JSON, until one side goes away.
public enum EventStream<View> {}
/// Moving pictures: JPEGs of a multipart answer, until the preview is hidden.
public enum PictureStream {}
/// A part of a ledger as `canteen-ledger-export-1`; docs/protocol.md.
public enum LedgerExportFile {}

extension String {
  fileprivate func replacingCharacters(from start: Index, through end: Index, with text: String) -> String {
    self[..<start] + text + self[index(after: end)...]
  }
}
