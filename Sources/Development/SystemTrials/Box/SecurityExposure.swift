import Stage

/// How much of the machine a service could reach: 0 is nothing, 10 everything.
enum SecurityExposure {
  /// Reads the last word of `systemd-analyze security`.
  ///
  /// - Throws: ``StageError`` when there is no such word.
  static func read(from output: String) throws -> Double {
    let marker = "Overall exposure level for "
    guard let line = output.split(separator: "\n").last(where: { $0.contains(marker) }),
      let word = line.split(separator: ":").dropFirst().first?.split(separator: " ").first,
      let exposure = Double(word)
    else { throw StageError("systemd-analyze told no exposure level: \(output.suffix(300))") }
    return exposure
  }
}
