public import Foundation
import StrictDecoding
import Yams

/// Reads a YAML file that a person wrote, strictly: an unknown or misspelt key is refused, not skipped.
public enum SettingsFile {
  public static func read<Settings: Decodable>(
    _ type: Settings.Type, from file: URL
  ) throws(SettingsError) -> Settings {
    let text: String
    do {
      text = try String(contentsOf: file, encoding: .utf8)
    } catch {
      throw SettingsError(file: file.path, reason: "it cannot be read")
    }
    do {
      return try Watched<Settings>.decode { userInfo in
        try YAMLDecoder().decode(Watched<Settings>.self, from: text, userInfo: userInfo)
      }
    } catch {
      throw SettingsError(file: file.path, reason: explain(error))
    }
  }

  private static func explain(_ error: any Error) -> String {
    switch error {
    case let unknown as UnknownKey: unknown.described("is not a setting")
    case DecodingError.keyNotFound(let key, let context):
      "\"\(place(context.codingPath + [key]))\" is missing"
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
      context.codingPath.isEmpty
        ? "it must hold keys and values" : "\"\(place(context.codingPath))\" has the wrong type"
    case DecodingError.dataCorrupted(let context):
      if let underlying = context.underlyingError, context.codingPath.isEmpty {
        explain(underlying)
      } else {
        (context.codingPath.isEmpty ? "" : "\"\(place(context.codingPath))\" ")
          + (context.underlyingError.map { "\($0)" } ?? context.debugDescription)
      }
    case YamlError.scanner(_, let problem, let mark, _), YamlError.parser(_, let problem, let mark, _),
      YamlError.composer(_, let problem, let mark, _):
      "line \(mark.line): \(problem)"
    default:
      "\(error)"
    }
  }

  private static func place(_ path: [any CodingKey]) -> String {
    path.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
  }
}

public struct SettingsError: Error, Equatable, CustomStringConvertible {
  public let file: String
  public let reason: String

  public init(file: String, reason: String) {
    self.file = file
    self.reason = reason
  }

  public var description: String { "The file \(file) cannot be used: \(reason). Correct it and start again." }
}
