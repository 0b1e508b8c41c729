import CanteenCore
import Foundation

/// FAISS and numpy in a process of their own, which times itself; `tools/search-peer.py` tells the lines.
struct SearchPeer {
  struct Turn: Decodable {
    let faissNanoseconds: [Int64]
    let numpyNanoseconds: [Int64]
    /// FAISS's best row.
    let bestRow: Int

    private enum CodingKeys: String, CodingKey {
      case faissNanoseconds = "faiss_ns"
      case numpyNanoseconds = "numpy_ns"
      case bestRow = "best_row"
    }
  }

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  private let process = Process()
  private let orders = Pipe()
  private let answers = Pipe()

  init(python: String, program: String) throws {
    for file in [python, program] where !FileManager.default.isReadableFile(atPath: file) {
      throw Failure(description: "\(file) is not there; make bench installs FAISS and numpy.")
    }
    process.executableURL = URL(filePath: python)
    process.arguments = [program]
    process.standardInput = orders
    process.standardOutput = answers
    try process.run()
    try expect("ready")
  }

  func useProbes(at path: String) throws {
    try send("probes \(path)")
    try expect("ready")
  }

  /// Takes over the first `rows` rows of the file at `path`.
  func useRows(_ rows: Int, at path: String) throws {
    try send("rows \(rows) \(path)")
    try expect("ready")
  }

  func turn(probe: Int) throws -> Turn {
    try send("turn \(probe)")
    return try JSONDecoder().decode(Turn.self, from: Data(try line().utf8))
  }

  func end() {
    try? orders.fileHandleForWriting.close()
    process.waitUntilExit()
  }

  private func send(_ order: String) throws {
    try orders.fileHandleForWriting.write(contentsOf: Data("\(order)\n".utf8))
  }

  private func expect(_ wanted: String) throws {
    let answer = try line()
    guard answer == wanted else { throw Failure(description: "tools/search-peer.py said: \(answer)") }
  }

  private func line() throws -> String {
    var bytes = Data()
    while bytes.last != UInt8(ascii: "\n") {
      guard let more = try answers.fileHandleForReading.read(upToCount: 1), !more.isEmpty else {
        throw Failure(description: "tools/search-peer.py ended early; its last words are above.")
      }
      bytes += more
    }
    return String(decoding: bytes.dropLast(), as: UTF8.self)
  }
}
