import Foundation

/// Every change of the bank, one JSON line each, on disk before it is answered.
final class Journal {
  private let file: FileHandle
  private let path: String

  /// Opens the journal of `folder`, or begins one, and hands each kept change to `replay`.
  ///
  /// A last line without its newline was being written when the sandbox stopped: it was never answered and is
  /// cut off. Any other line that cannot be read is an error.
  init(in folder: DataFolder, replay: (Bank.Change) -> Void) throws(SandboxError) {
    let name = SandboxIdentity.FileName.journal
    path = folder.file(name).path
    let content = try folder.read(name)
    if content == nil { try folder.write(Data(), to: name) }
    let lines = content?.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) ?? []
    let wholeLines = lines.dropLast()
    for (index, line) in wholeLines.enumerated() {
      guard let change = try? JSONDecoder().decode(Bank.Change.self, from: Data(line)) else {
        throw .damaged(path: path, reason: "line \(index + 1) is not a change of the bank")
      }
      replay(change)
    }
    do {
      file = try FileHandle(forUpdating: folder.file(name))
      try file.truncate(atOffset: UInt64(wholeLines.reduce(0) { $0 + $1.count + 1 }))
      try file.seekToEnd()
    } catch {
      throw .folder(path: path, reason: error.localizedDescription)
    }
  }

  deinit {
    try? file.close()
  }

  /// Either the whole line is on disk afterwards, or an error is thrown and none of it is kept.
  func append(_ change: Bank.Change) throws {
    var line = try JSONEncoder().encode(change)
    line.append(UInt8(ascii: "\n"))
    let start = try file.offset()
    do {
      try file.write(contentsOf: line)
      try file.synchronize()
    } catch {
      try? file.truncate(atOffset: start)
      throw error
    }
  }
}
