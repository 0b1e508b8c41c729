import Foundation

/// The terminal at standard input, for questions whose answer must not show.
struct SilentTerminal {
  private let usual: termios

  /// nil when standard input is not a terminal.
  init?() {
    var settings = termios()
    guard tcgetattr(STDIN_FILENO, &settings) == 0 else { return nil }
    usual = settings
  }

  /// - Throws: ``CommandError`` after Ctrl-C, or Ctrl-D with nothing typed.
  func ask(_ question: String) throws(CommandError) -> String {
    FileHandle.standardError.write(Data(question.utf8))
    var (silent, before) = (usual, usual)
    // Ctrl-C comes as a byte: a signal would leave the terminal without echo.
    silent.c_lflag &= ~tcflag_t(ECHO | ICANON | ISIG)
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent)
    defer {
      tcsetattr(STDIN_FILENO, TCSAFLUSH, &before)
      FileHandle.standardError.write(Data("\n".utf8))
    }
    var typed: [UInt8] = []
    while true {
      guard let byte = try? FileHandle.standardInput.read(upToCount: 1)?.first else { throw Self.cancelled }
      switch byte {
      case UInt8(ascii: "\n"), UInt8(ascii: "\r"): return String(decoding: typed, as: UTF8.self)
      case 3: throw Self.cancelled
      case 4:
        guard !typed.isEmpty else { throw Self.cancelled }
        return String(decoding: typed, as: UTF8.self)
      case 8, 127: _ = typed.popLast()
      default: typed.append(byte)
      }
    }
  }

  private static let cancelled = CommandError("Cancelled; nothing was changed.")
}
