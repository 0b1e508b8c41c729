import Foundation
public import Logging
public import ServiceLifecycle
import UnixSignals

/// How each of our daemons runs: logs to standard error, stops in order on SIGTERM or SIGINT, and says in one
/// sentence why it could not start.
public enum Program {
  /// - Throws: ``ProgramFailed`` after the sentence was written; the program then exits with 1.
  public static func run(named name: String, _ make: (Logger) throws -> any Service) async throws {
    var logger = Logger(label: name) { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = .notice
    do {
      let service = try make(logger)
      try await ServiceGroup(
        services: [service], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger
      ).run()
    } catch {
      complain("\(name): \(error)")
      throw ProgramFailed()
    }
  }

  /// One line for whoever started the program, at once even into a pipe.
  public static func say(_ line: String) {
    FileHandle.standardOutput.write(Data("\(line)\n".utf8))
  }

  public static func complain(_ line: String) {
    FileHandle.standardError.write(Data("\(line)\n".utf8))
  }
}

/// The reason was written already.
public struct ProgramFailed: Error, CustomStringConvertible {
  public var description: String { "" }
}
