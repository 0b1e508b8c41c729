import Foundation

/// One program of the stage, started from a script that anyone can run again by hand.
///
/// The script writes its process number beside it and becomes the program, so that whoever restarted it last
/// is the one that is stopped at the end.
struct StagedProgram: Sendable {
  let name: String
  let folder: URL

  private var script: URL { folder.appending(path: "start-\(name)") }
  private var pidFile: URL { folder.appending(path: "\(name).pid") }
  private var log: URL { folder.appending(path: "\(name).log") }

  init(named name: String, executable: URL, arguments: [String], in folder: URL) throws {
    self.name = name
    self.folder = folder
    let command = ([executable.path] + arguments).map(Self.quoted).joined(separator: " ")
    let lines = """
      #!/bin/sh
      echo $$ > \(Self.quoted(pidFile.path))
      exec \(command) >> \(Self.quoted(log.path)) 2>&1

      """
    try lines.write(to: script, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script.path)
  }

  private init(name: String, folder: URL) {
    self.name = name
    self.folder = folder
  }

  /// A program that an earlier run in this folder may have left running.
  static func left(in folder: URL, named name: String) -> StagedProgram? {
    let program = StagedProgram(name: name, folder: folder)
    return program.runningPID == nil ? nil : program
  }

  /// Starts the program and waits until it says where it listens.
  ///
  /// - Returns: the process and its port.
  func start() async throws -> (process: Process, port: Int) {
    let launch = try launch()
    return (launch.process, try await port(of: launch))
  }

  /// One start of the program, and how many lines its log held before.
  struct Launch: Sendable {
    let process: Process
    fileprivate let alreadySaid: Int
  }

  /// Starts the program and waits for nothing.
  func launch() throws -> Launch {
    let alreadySaid = spoken.count
    let process = Process()
    process.executableURL = script
    process.standardInput = FileHandle.nullDevice
    try process.run()
    return Launch(process: process, alreadySaid: alreadySaid)
  }

  /// Waits until the program says where it listens.
  func port(of launch: Launch) async throws -> Int {
    for _ in 0..<1_200 {
      for line in spoken.dropFirst(launch.alreadySaid) where line.contains(" listening on http://") {
        guard let port = line.split(separator: ":").last.flatMap({ Int($0) }) else { continue }
        return port
      }
      if !launch.process.isRunning { throw StageError(lastWords) }
      try await Task.sleep(for: .milliseconds(50))
    }
    throw StageError("\(name) did not start within a minute; see \(log.path).")
  }

  /// The end of the log, as the reason why a program is gone.
  var lastWords: String {
    spoken.last.map(String.init) ?? "\(name) ended without a word; see \(log.path)"
  }

  /// Ends the program that the process number names, whoever started it.
  func send(_ signal: Int32) {
    if let pid = runningPID { kill(pid, signal) }
  }

  func stop() async {
    send(SIGTERM)
    for _ in 0..<100 where runningPID != nil { try? await Task.sleep(for: .milliseconds(50)) }
    send(SIGKILL)
  }

  private var runningPID: pid_t? {
    guard let text = try? String(contentsOf: pidFile, encoding: .utf8),
      let pid = pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)), kill(pid, 0) == 0
    else { return nil }
    return pid
  }

  private var spoken: [Substring] {
    ((try? String(contentsOf: log, encoding: .utf8)) ?? "").split(separator: "\n")
  }

  private static func quoted(_ word: String) -> String {
    "'" + word.replacing("'", with: "'\\''") + "'"
  }
}

extension Process {
  /// SIGKILL, which no program can catch.
  func killAtOnce() {
    kill(processIdentifier, SIGKILL)
  }
}
