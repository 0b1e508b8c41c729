/// What `--version` prints; packages add the commit they were built from.
public enum ProductVersion {
  public static let current = "0.1.0"
}
