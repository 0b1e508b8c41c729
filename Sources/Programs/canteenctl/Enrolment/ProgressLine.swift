import Foundation

/// How far a long run is, on standard error: a bar on a terminal, else one line for each step.
struct ProgressLine {
  private static let width = 30

  let total: Int
  private let isTerminal = isatty(STDERR_FILENO) == 1

  init(total: Int) {
    self.total = total
  }

  func show(_ done: Int, _ words: String) {
    guard isTerminal else { return write("\(done)/\(total) \(words)\n") }
    let filled = Self.width * done / max(total, 1)
    let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: Self.width - filled)
    // Goes back to the start of the line, and clears what is left of a longer old one.
    write("\r[\(bar)] \(done)/\(total) \(words)\u{1B}[K")
  }

  func end() {
    if isTerminal, total > 0 { write("\n") }
  }

  private func write(_ text: String) {
    FileHandle.standardError.write(Data(text.utf8))
  }
}
