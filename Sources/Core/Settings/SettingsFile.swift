import CanteenCore
public import Foundation
import Yams

/// Reads a YAML file that a person wrote, strictly: an unknown or misspelt key is refused, not skipped.
public enum SettingsFile {
  public static func read<Settings: Codable>(
    _ type: Settings.Type, from file: URL
  ) throws(SettingsError) -> Settings {
    let text: String
    do {
      text = try String(contentsOf: file, encoding: .utf8)
    } catch {
      throw SettingsError(file: file.path, reason: "it cannot be read")
    }
    do {
      let settings = try YAMLDecoder().decode(type, from: text)
      if let reason = try unknownKey(in: text, beside: settings) {
        throw SettingsError(file: file.path, reason: reason)
      }
      return settings
    } catch let error as SettingsError {
      throw error
    } catch {
      throw SettingsError(file: file.path, reason: explain(error))
    }
  }

  /// What was decoded is written again; a key of the file that is not in that text meant nothing.
  private static func unknownKey(in text: String, beside settings: some Encodable) throws -> String? {
    let known = try keys(of: Yams.compose(yaml: YAMLEncoder().encode(settings)))
    let given = try keys(of: Yams.compose(yaml: text))
    guard let unknown = given.subtracting(known).min() else { return nil }
    let nearest = nearestName(to: unknown, among: known)
    return "\"\(unknown)\" is not a setting" + (nearest.map { "; did you mean \"\($0)\"?" } ?? "")
  }

  /// Every key with the path to it; the elements of a list share one path.
  private static func keys(of node: Node?, under path: String = "") -> Set<String> {
    switch node {
    case .mapping(let mapping):
      mapping.reduce(into: []) { keys, pair in
        guard let key = pair.key.string else { return }
        keys.insert(path + key)
        keys.formUnion(self.keys(of: pair.value, under: path + key + "."))
      }
    case .sequence(let sequence):
      sequence.reduce(into: []) { $0.formUnion(keys(of: $1, under: path)) }
    default:
      []
    }
  }

  private static func explain(_ error: any Error) -> String {
    switch error {
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
