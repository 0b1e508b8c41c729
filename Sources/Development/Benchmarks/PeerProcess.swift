import Foundation

/// Another program that we compare ourselves with. It times itself; one line asks, one line answers.
public final class PeerProcess {
  public struct Failure: Error, CustomStringConvertible {
    public let description: String
  }

  private let program: String
  private let process = Process()
  private let orders = Pipe()
  private let answers = Pipe()

  /// Starts it and waits until it says `ready`.
  ///
  /// - Parameter arguments: the program first.
  /// - Throws: ``Failure`` when the interpreter or the program is not there, or the process ends early.
  public init(python: String, arguments: [String]) throws {
    program = arguments.first ?? python
    for file in [python, program] where !FileManager.default.isReadableFile(atPath: file) {
      throw Failure(description: "\(file) is not there; make bench installs what we compare with.")
    }
    process.executableURL = URL(filePath: python)
    process.arguments = arguments
    process.standardInput = orders
    process.standardOutput = answers
    try process.run()
    try expectReady()
  }

  /// Sends an order that is answered by `ready`.
  public func prepare(_ order: String) throws {
    try send(order)
    try expectReady()
  }

  /// Sends an order that is answered by one line of JSON.
  public func ask<Answer: Decodable>(_ order: String, for answer: Answer.Type) throws -> Answer {
    try send(order)
    return try JSONDecoder().decode(Answer.self, from: line())
  }

  public func end() {
    try? orders.fileHandleForWriting.close()
    process.waitUntilExit()
  }

  private func send(_ order: String) throws {
    try orders.fileHandleForWriting.write(contentsOf: Data("\(order)\n".utf8))
  }

  private func expectReady() throws {
    let answer = try line()
    guard answer == Data("ready".utf8) else {
      throw Failure(description: "\(program) said: \(String(decoding: answer, as: UTF8.self))")
    }
  }

  private func line() throws -> Data {
    var bytes = Data()
    while bytes.last != UInt8(ascii: "\n") {
      guard let more = try answers.fileHandleForReading.read(upToCount: 1), !more.isEmpty else {
        throw Failure(description: "\(program) ended early; its last words are above.")
      }
      bytes += more
    }
    return bytes.dropLast()
  }
}
