import CanteenCore
import GRDB

extension Row {
  func timestamp(_ column: String) -> Timestamp? {
    (self[column] as Int64?).map(Timestamp.init(millisecondsSince1970:))
  }

  /// - Throws: ``StoreDamaged`` for a text that is no value of the type.
  func value<Value: RawRepresentable>(_ column: String, as type: Value.Type = Value.self) throws -> Value
  where Value.RawValue == String {
    let text: String = self[column]
    guard let value = Value(rawValue: text) else {
      throw StoreDamaged(what: "\(column) is \"\(text.prefix(80))\"")
    }
    return value
  }

  /// An empty text stands for an unknown day.
  func day(_ column: String) throws -> SchoolDay? {
    let text: String = self[column]
    return text.isEmpty ? nil : try SchoolDay(text)
  }
}
