/// FAISS and numpy in a process of their own; `tools/search-peer.py` describes the protocol.
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

  private let process: PeerProcess

  init(python: String, program: String) throws {
    process = try PeerProcess(python: python, arguments: [program])
  }

  func useProbes(at path: String) throws { try process.prepare("probes \(path)") }

  /// Takes over the first `rows` rows of the file at `path`.
  func useRows(_ rows: Int, at path: String) throws { try process.prepare("rows \(rows) \(path)") }

  func turn(probe: Int) throws -> Turn { try process.ask("turn \(probe)", for: Turn.self) }

  func end() { process.end() }
}
