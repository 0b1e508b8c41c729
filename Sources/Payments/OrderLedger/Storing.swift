import GRDB

/// Runs database work and turns whatever it throws into a ``LedgerError``.
func storing<Value>(_ work: () throws -> Value) throws(LedgerError) -> Value {
  do {
    return try work()
  } catch {
    throw LedgerError(storing: error)
  }
}

func storing<Value: Sendable>(_ work: () async throws -> Value) async throws(LedgerError) -> Value {
  do {
    return try await work()
  } catch {
    throw LedgerError(storing: error)
  }
}

extension LedgerError {
  /// Chosen by SQLite's result code, so that staff read what to do about it.
  fileprivate init(storing error: any Error) {
    switch error {
    case let error as LedgerError: self = error
    case let error as DatabaseError: self.init(error)
    default: self = .storage(String(describing: error))
    }
  }

  private init(_ error: DatabaseError) {
    self =
      switch error.resultCode {
      case .SQLITE_FULL: .diskFull
      case .SQLITE_READONLY: .readOnly
      case .SQLITE_IOERR: .diskFails(code: error.extendedResultCode.rawValue)
      case .SQLITE_CORRUPT, .SQLITE_NOTADB: .damagedFile(error.message ?? "\(error.resultCode)")
      default: .storage(String(describing: error))
      }
  }
}
