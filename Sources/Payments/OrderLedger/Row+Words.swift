import GRDB

extension Row {
  /// - Throws: ``LedgerError/unknownWord(_:column:)`` for a text that is no value of the type.
  func word<Value: RawRepresentable<String>>(_ column: String) throws(LedgerError) -> Value {
    let text: String = self[column]
    guard let value = Value(rawValue: text) else {
      throw .unknownWord(String(text.prefix(80)), column: column)
    }
    return value
  }
}
