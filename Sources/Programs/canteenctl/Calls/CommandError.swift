import ArgumentParser
import CanteenCore
import Foundation

/// One sentence for the person at the keyboard; the program then exits with 1.
struct CommandError: Error, CustomStringConvertible {
  let description: String
  /// The daemon's word for programs, when it refused.
  let reason: RefusalReason?

  init(_ description: String, reason: RefusalReason? = nil) {
    self.description = description
    self.reason = reason
  }
}

/// Runs a command; a complaint becomes one line on standard error and exit code 1.
func orComplain(_ work: () async throws -> Void) async throws {
  do {
    try await work()
  } catch let complaint as CommandError {
    FileHandle.standardError.write(Data("canteenctl: \(complaint)\n".utf8))
    throw ExitCode.failure
  }
}

/// Reads a value from the command line; the reason why it is invalid becomes the complaint.
func checked<Value, Failure: Error & CustomStringConvertible>(
  _ read: () throws(Failure) -> Value
) throws(CommandError) -> Value {
  do {
    return try read()
  } catch {
    throw CommandError(error.description)
  }
}
