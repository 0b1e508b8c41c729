import Crypto
import Foundation
import GatewayProtocol
import Synchronization

/// Where the ledger ended when it was last written, in a file beside it: a ledger that lies there shorter has
/// lost something.
///
/// Written after each commit and never waited for, so a power cut may leave an older place or none, and never a
/// later one than the ledger has.
final class LedgerMark: Sendable {
  /// The sequence, big-endian, the entry's hash, and the hash of both.
  private static let length = 8 + 32 + 32

  private struct State {
    var file: FileHandle
    var written: Int64
  }

  private let state: Mutex<State>

  /// What the file said when it was opened; nil when there was none, or only half of one.
  let found: LedgerPoint?

  init(file: URL) throws {
    if !FileManager.default.fileExists(atPath: file.path) {
      _ = FileManager.default.createFile(
        atPath: file.path, contents: nil, attributes: [.posixPermissions: 0o600])
    }
    let handle = try FileHandle(forUpdating: file)
    found = Self.point(in: try handle.readToEnd() ?? Data())
    state = Mutex(State(file: handle, written: found?.sequence ?? -1))
  }

  deinit { state.withLock { try? $0.file.close() } }

  /// Two writers may come in any order; the later entry stays.
  func note(_ point: LedgerPoint) {
    state.withLock { state in
      guard point.sequence > state.written else { return }
      Self.write(point, to: &state)
    }
  }

  /// The ledger ends here, though it once ended later.
  func set(_ point: LedgerPoint) { state.withLock { Self.write(point, to: &$0) } }

  private static func write(_ point: LedgerPoint, to state: inout State) {
    var bytes = withUnsafeBytes(of: point.sequence.bigEndian) { Data($0) } + point.hash
    bytes += SHA256.hash(data: bytes)
    // The mark is a second witness: a disk that is full or failing is the ledger's to report.
    guard (try? state.file.seek(toOffset: 0)) != nil, (try? state.file.write(contentsOf: bytes)) != nil else {
      return
    }
    state.written = point.sequence
  }

  private static func point(in bytes: Data) -> LedgerPoint? {
    guard bytes.count == length else { return nil }
    let (said, digest) = (bytes.prefix(40), bytes.suffix(32))
    guard Data(SHA256.hash(data: said)) == Data(digest) else { return nil }
    let sequence = said.prefix(8).reduce(Int64(0)) { $0 << 8 | Int64($1) }
    guard sequence >= 0 else { return nil }
    return LedgerPoint(sequence: sequence, hash: Data(said.suffix(32)))
  }
}
