import Foundation

/// How far long work is, on standard error: a bar that moves in a terminal, a line now and then elsewhere.
final class ProgressLine {
  private static let width = 30

  private let things: String
  private let isTerminal = isatty(STDERR_FILENO) == 1
  private var shown = -1

  /// - Parameter things: what is counted, in the plural.
  init(of things: String) {
    self.things = things
  }

  func show(done: Int, of all: Int) {
    // A bar has few steps; a log needs fewer still.
    let step = done * (isTerminal ? 100 : 10) / max(all, 1)
    guard step != shown else { return }
    shown = step
    guard isTerminal else { return write("\(done) of \(all) \(things)\n") }
    let filled = min(done * Self.width / max(all, 1), Self.width)
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: Self.width - filled)
    write("\r\(bar) \(done) of \(all) \(things)")
  }

  func finish() {
    if isTerminal, shown >= 0 { write("\n") }
  }

  private func write(_ text: String) {
    FileHandle.standardError.write(Data(text.utf8))
  }
}
