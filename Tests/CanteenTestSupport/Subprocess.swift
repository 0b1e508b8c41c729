public import Foundation

/// Runs a program to its end and gives what it wrote to standard output.
public func output(of program: URL, _ arguments: [String]) throws -> Data {
  let process = Process()
  process.executableURL = program
  process.arguments = arguments
  let (output, complaints) = (Pipe(), Pipe())
  process.standardOutput = output
  process.standardError = complaints
  try process.run()
  let written = output.fileHandleForReading.readDataToEndOfFile()
  let complaint = complaints.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  guard process.terminationStatus == 0 else {
    throw SubprocessFailed(
      program: program.lastPathComponent, complaint: String(decoding: complaint, as: UTF8.self))
  }
  return written
}

public struct SubprocessFailed: Error, CustomStringConvertible {
  let program: String
  public let complaint: String

  public var description: String { "\(program) failed: \(complaint.suffix(2_000))" }
}
