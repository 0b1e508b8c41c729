extension DemoStage {
  /// A program on the stage; its description names its files.
  public enum Role: Sendable, Hashable, CustomStringConvertible {
    case sandbox, gateway
    /// Counted from 1.
    case till(Int)

    public static let terminal = Role.till(1)

    public var description: String {
      switch self {
      case .sandbox: "sandbox"
      case .gateway: "gateway"
      case .till(1): "terminal"
      case .till(let number): "terminal-\(number)"
      }
    }
  }
}
