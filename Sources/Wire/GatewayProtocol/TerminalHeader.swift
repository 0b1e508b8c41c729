/// The header by which a till says who it is until mutual TLS does.
public enum TerminalHeader {
  public static let name = "canteen-terminal"
}
