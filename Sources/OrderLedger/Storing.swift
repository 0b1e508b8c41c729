/// Runs database work and turns whatever it throws into a ``LedgerError``.
func storing<Value>(_ work: () throws -> Value) throws(LedgerError) -> Value {
  do {
    return try work()
  } catch let error as LedgerError {
    throw error
  } catch {
    throw .storage(String(describing: error))
  }
}

func storing<Value: Sendable>(_ work: () async throws -> Value) async throws(LedgerError) -> Value {
  do {
    return try await work()
  } catch let error as LedgerError {
    throw error
  } catch {
    throw .storage(String(describing: error))
  }
}
