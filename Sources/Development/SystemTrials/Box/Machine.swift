import Foundation
import Stage

/// A whole computer in QEMU: a disk of its own, a way to the host's loopback, a folder of the host, and a port
/// for commands. Switched off only by cutting its power.
actor Machine {
  struct Parts: Sendable {
    let kernel: URL
    let initialRAMDisk: URL
    /// Never written to; what the machine writes goes to a layer over it.
    let disk: URL
    /// Seen by the machine as `/host`.
    let sharedFolder: URL
    /// For the upper layer of the disk and the console's log.
    let folder: URL
    /// Ports of the host's loopback, and the machine's ports they lead to.
    let doors: [(host: Int, machine: Int)]
  }

  /// Emulated, and perhaps on a busy host; an idle one takes 20 to 40 s.
  static let bootLimit: Duration = .seconds(900)

  private let parts: Parts
  private var qemu: Process?
  private var input: FileHandle?
  private var talk = MachineTalk()
  private var waiting: [Int: CheckedContinuation<MachineTalk.Answer, any Error>] = [:]
  private var greeting: CheckedContinuation<Void, any Error>?
  private var wasGreeted = false

  init(parts: Parts) { self.parts = parts }

  private var layer: URL { parts.folder.appending(path: "disk.qcow2") }
  private var console: URL { parts.folder.appending(path: "console.log") }

  /// Gives the machine a fresh disk.
  func unpack() throws {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/qemu-img")
    process.arguments = [
      "create", "-q", "-f", "qcow2", "-F", "raw", "-b", parts.disk.absoluteURL.path, layer.path,
    ]
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw StageError("qemu-img could not make \(layer.path).") }
  }

  /// Switches on and waits until the machine takes commands.
  ///
  /// - Returns: how long that took.
  @discardableResult
  func boot() async throws -> Duration {
    let start = ContinuousClock.now
    try switchOn()
    try await limited(to: Self.bootLimit, while: "booting") { try await self.waitForGreeting() }
    return start.duration(to: .now)
  }

  /// Runs a command as root.
  ///
  /// - Returns: what it printed, without the last line break.
  /// - Throws: ``StageError`` with what it printed when it fails.
  @discardableResult
  func run(_ command: String, within limit: Duration = .seconds(120)) async throws -> String {
    let answer = try await limited(to: limit, while: command) { try await self.ask(command) }
    let said = answer.said.trimmingCharacters(in: .newlines)
    guard answer.status == 0 else {
      throw StageError("The machine's “\(command)” ended with \(answer.status): \(said)")
    }
    return said
  }

  /// Everything the machine has not yet written to its disk is gone.
  func cutPower() async {
    guard let qemu else { return }
    kill(qemu.processIdentifier, SIGKILL)
    while qemu.isRunning { try? await Task.sleep(for: .milliseconds(5)) }
    wentOff()
  }

  private func switchOn() throws {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/qemu-system-x86_64")
    process.arguments = arguments
    let (input, output) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    let complaints = parts.folder.appending(path: "qemu.log")
    try Data().write(to: complaints)
    process.standardError = try FileHandle(forWritingTo: complaints)
    (talk, wasGreeted) = (MachineTalk(), false)
    // A command to a machine that goes off at that moment must fail, not end this program.
    signal(SIGPIPE, SIG_IGN)
    try process.run()
    qemu = process
    self.input = input.fileHandleForWriting
    let (pieces, ear) = AsyncStream.makeStream(of: Data.self)
    output.fileHandleForReading.readabilityHandler = { handle in
      let bytes = handle.availableData
      if bytes.isEmpty {
        handle.readabilityHandler = nil
        ear.finish()
      } else {
        ear.yield(bytes)
      }
    }
    Task {
      for await bytes in pieces { heard(bytes, from: process) }
      if process === qemu { wentOff() }
    }
  }

  private var arguments: [String] {
    let doors = parts.doors.map { ",hostfwd=tcp:127.0.0.1:\($0.host)-:\($0.machine)" }.joined()
    return [
      // Some hosts offer a KVM that cannot run a stock kernel.
      "-accel", "tcg,thread=multi", "-cpu", "max", "-smp", "2", "-m", "3072",
      "-nodefaults", "-display", "none", "-no-reboot",
      "-kernel", parts.kernel.path, "-initrd", parts.initialRAMDisk.path,
      "-append",
      "root=/dev/vda rw console=ttyS0 panic=-1 mitigations=off quiet audit=0 net.ifnames=0"
        // Of a display without a window only the first output is plugged in by itself.
        + " video=Virtual-2:1024x768e",
      "-drive", "file=\(layer.path),if=virtio,format=qcow2,cache=writeback",
      "-chardev", "file,id=console,path=\(console.path),append=on", "-serial", "chardev:console",
      "-device", "virtio-vga,max_outputs=2",
      "-device", "virtio-serial", "-chardev", "stdio,id=trial,signal=off",
      "-device", "virtserialport,chardev=trial,name=canteen.trial",
      "-virtfs",
      "local,path=\(parts.sharedFolder.path),mount_tag=host,security_model=none,readonly=on",
      "-netdev", "user,id=net\(doors)", "-device", "virtio-net-pci,netdev=net",
    ]
  }

  // MARK: Talking

  private func waitForGreeting() async throws {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        if wasGreeted { continuation.resume() } else { greeting = continuation }
      }
    } onCancel: {
      Task { await self.giveUp() }
    }
  }

  private func ask(_ command: String) async throws -> MachineTalk.Answer {
    guard let input, qemu?.isRunning == true else { throw StageError("The machine is off.") }
    let (number, line) = talk.ask(command)
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        waiting[number] = continuation
        do { try input.write(contentsOf: line) } catch { giveUp(on: number) }
      }
    } onCancel: {
      Task { await self.giveUp(on: number) }
    }
  }

  private func heard(_ bytes: Data, from process: Process) {
    guard process === qemu else { return }
    for answer in talk.receive(bytes) {
      if let number = answer.number {
        waiting.removeValue(forKey: number)?.resume(returning: answer)
      } else {
        wasGreeted = true
        greeting?.resume()
        greeting = nil
      }
    }
  }

  private func wentOff() {
    giveUp()
    for number in waiting.keys { giveUp(on: number) }
    input = nil
    qemu = nil
  }

  private func giveUp() {
    greeting?.resume(throwing: StageError("The machine does not boot; see \(console.path)."))
    greeting = nil
  }

  private func giveUp(on number: Int) {
    waiting.removeValue(forKey: number)?
      .resume(throwing: StageError("The machine gave no answer; see \(console.path)."))
  }

  private func limited<Result: Sendable>(
    to limit: Duration, while activity: String, _ work: @escaping @Sendable () async throws -> Result
  ) async throws -> Result {
    try await withThrowingTaskGroup(of: Result.self) { group in
      group.addTask { try await work() }
      group.addTask {
        try await Task.sleep(for: limit)
        throw StageError("The machine took longer than \(limit.components.seconds) s: \(activity)")
      }
      defer { group.cancelAll() }
      guard let result = try await group.next() else { throw CancellationError() }
      return result
    }
  }
}
