import Foundation
public import Logging
public import ServiceLifecycle
import UnixSignals

/// How each of our daemons runs: logs to standard error, stops in order on SIGTERM or SIGINT, and says in one
/// sentence why it could not start.
public enum Program {
  /// - Throws: ``ProgramFailed`` after the sentence was written; the program then exits with its code.
  public static func run(
    named name: String, _ make: (Logger, ServiceManager?) throws -> any Service
  ) async throws {
    var logger = Logger(label: name) { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = .notice
    let manager = ServiceManager()
    let service: any Service
    do {
      service = try make(logger, manager)
    } catch {
      printError("\(name): \(error)")
      throw ProgramFailed(exitCode: ProgramFailed.notSetUp)
    }
    do {
      try await ServiceGroup(
        services: [service, StopNotifier(manager: manager)], gracefulShutdownSignals: [.sigterm, .sigint],
        logger: logger
      ).run()
    } catch {
      printError("\(name): \(error)")
      throw ProgramFailed(exitCode: ProgramFailed.stoppedWorking)
    }
  }

  /// Writes one line to standard output, at once even into a pipe.
  public static func say(_ line: String) {
    FileHandle.standardOutput.write(Data("\(line)\n".utf8))
  }

  public static func printError(_ line: String) {
    FileHandle.standardError.write(Data("\(line)\n".utf8))
  }
}

/// Tells the service manager of an orderly stop when it begins.
private struct StopNotifier: Service {
  let manager: ServiceManager?

  func run() async throws {
    try await gracefulShutdown()
    manager?.tell(.stopping)
  }
}

/// The reason was written already.
public struct ProgramFailed: Error, CustomStringConvertible {
  /// EX_CONFIG of sysexits(3): a person has to correct something first, so systemd does not try again.
  public static let notSetUp: Int32 = 78
  public static let stoppedWorking: Int32 = 1

  public let exitCode: Int32

  public var description: String { "" }
}
