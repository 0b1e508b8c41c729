import CanteenCore
public import Foundation
import Yams

/// Reads a YAML settings file, strictly: an unknown or misspelt key is refused, not skipped.
public enum SettingsFile {
  public static func read<Settings: Codable>(_ type: Settings.Type, from file: URL) throws(SettingsError) -> Settings {
    let text: String
    do {
      text = try String(contentsOf: file, encoding: .utf8)
    } catch {
      throw SettingsError(file: file.path, reason: "it cannot be read")
    }
    do {
      let settings = try YAMLDecoder().decode(type, from: text)
      try refuseUnknownKeys(in: text, beside: settings)
      return settings
    } catch let error as UnknownKey {
      throw SettingsError(file: file.path, reason: "\"\(error.key)\" is not a setting")
    } catch let error as DecodingError {
      throw SettingsError(file: file.path, reason: explain(error))
    } catch {
      throw SettingsError(file: file.path, reason: "\(error)")
    }
  }

  /// What was decoded is written again; a key that is in the file and not in that text meant nothing.
  private static func refuseUnknownKeys(in text: String, beside settings: some Encodable) throws {
    let known = try keys(of: Yams.compose(yaml: YAMLEncoder().encode(settings)))
    let given = try keys(of: Yams.compose(yaml: text))
    if let unknown = given.subtracting(known).min() { throw UnknownKey(key: unknown) }
  }

  private static func keys(of node: Node?, under path: String = "") -> Set<String> {
    guard case .mapping(let mapping) = node else { return [] }
    return mapping.reduce(into: []) { keys, pair in
      guard let key = pair.key.string else { return }
      keys.insert(path + key)
      keys.formUnion(self.keys(of: pair.value, under: path + key + "."))
    }
  }

  private static func explain(_ error: DecodingError) -> String {
    func place(_ context: DecodingError.Context) -> String {
      context.codingPath.map(\.stringValue).joined(separator: ".")
    }
    return switch error {
    case .keyNotFound(let key, let context): "\"\((context.codingPath + [key]).map(\.stringValue).joined(separator: "."))\" is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context): "\"\(place(context))\" has the wrong type"
    case .dataCorrupted(let context):
      "\"\(place(context))\": \(context.underlyingError.map { "\($0)" } ?? context.debugDescription)"
    @unknown default: "it is not the expected YAML"
    }
  }

  private struct UnknownKey: Error {
    let key: String
  }
}

public struct SettingsError: Error, Equatable, CustomStringConvertible {
  public let file: String
  public let reason: String

  public init(file: String, reason: String) {
    self.file = file
    self.reason = reason
  }

  public var description: String { "The settings file \(file) cannot be used: \(reason). Correct it and start again." }
}
