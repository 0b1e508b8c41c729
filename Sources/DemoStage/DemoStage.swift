import Foundation

/// A whole canteen on one machine: sandbox, gateway and till as real programs, paired, with two pupils enrolled
/// and a replayed camera before which they walk by.
public actor DemoStage {
  public enum Role: String, Sendable, CaseIterable {
    case sandbox, gateway, terminal
  }

  private let plan: StagePlan
  private let progress: @Sendable (String) -> Void
  private var programs: [Role: StagedProgram] = [:]
  private var ports: [Role: Int] = [:]

  public init(plan: StagePlan, progress: @escaping @Sendable (String) -> Void = { _ in }) {
    self.plan = plan
    self.progress = progress
  }

  /// Starts everything in order. Whatever fails is told in one sentence; call ``stop()`` in any case.
  public func setUp() async throws {
    try await prepareFolder()
    progress("starting the payment sandbox")
    try await start(
      .sandbox, "canteen-sandbox", ["--data", path("sandbox"), "--port", "\(plan.ports.sandbox)"])
    progress("starting the gateway")
    try writeSettings()
    try await start(.gateway, "canteen-gateway", ["--config", path("gateway.yaml")])
    for pupil in Pupil.all {
      progress("enrolling \(pupil.name) from one photograph")
      try await enrol(pupil)
    }
    progress("pairing the till")
    struct Code: Decodable { let code: String }
    let answer = try await run("canteenctl", ["pairing-code", "till-1"] + gatewayOptions)
    let code = try JSONDecoder().decode(Code.self, from: Data(answer.utf8)).code
    _ = try await run(
      "canteend",
      ["pair", "--config", path("terminal.yaml"), "--gateway", try address(of: .gateway), "--code", code])
    progress("starting the till")
    try await start(.terminal, "canteend", ["run", "--config", path("terminal.yaml")])
    try await waitUntilFacesAreAccepted()
  }

  /// Where a program answers.
  public func address(of role: Role) throws -> String {
    guard let port = ports[role] else { throw StageError("The \(role) has not started.") }
    return "http://127.0.0.1:\(port)"
  }

  /// Ends a program at once, as a power cut would.
  public func kill(_ role: Role) {
    programs[role]?.send(SIGKILL)
  }

  /// Starts a program again on the port it had.
  public func restart(_ role: Role) async throws {
    ports[role] = try await programs[role]?.start()
  }

  /// Stops every program, the till first.
  public func stop() async {
    for role in Role.allCases.reversed() { await programs[role]?.stop() }
  }

  // MARK: What the three have to say

  public func tillStatus() async throws -> TillStatus {
    try await get("api/status", from: .terminal)
  }

  public func tillOrders() async throws -> [TillOrder] {
    try await get("api/orders?limit=10000", from: .terminal)
  }

  public func gatewayOrders() async throws -> [PlatformOrder] {
    let answer = try await run("canteenctl", ["orders-at-gateway"] + gatewayOptions)
    return try JSONDecoder().decode([PlatformOrder].self, from: Data(answer.utf8))
  }

  public func charges() async throws -> [Charge] {
    try await get("sandbox/transactions", from: .sandbox)
  }

  public func post(_ path: String, to role: Role, body: String = "{}") async throws {
    let (status, answer) = try await HTTP.post("\(try address(of: role))/\(path)", body: body)
    guard (200..<300).contains(status) else {
      throw StageError("\(path): HTTP \(status) \(String(decoding: answer.prefix(300), as: UTF8.self))")
    }
  }

  private func get<Answer: Decodable>(_ path: String, from role: Role) async throws -> Answer {
    try JSONDecoder().decode(Answer.self, from: await HTTP.get("\(try address(of: role))/\(path)"))
  }

  // MARK: Setting up

  private func path(_ name: String) -> String { plan.folder.appending(path: name).path }

  private var gatewayOptions: [String] {
    [
      "--gateway", (try? address(of: .gateway)) ?? "", "--token-file", path("gateway/keys/admin.token"),
      "--json",
    ]
  }

  private func prepareFolder() async throws {
    for role in Role.allCases {
      // A stage that was killed may have left programs behind.
      await StagedProgram.left(in: plan.folder, named: role.rawValue)?.stop()
    }
    try? FileManager.default.removeItem(at: plan.folder)
    try FileManager.default.createDirectory(at: plan.folder, withIntermediateDirectories: true)
  }

  private func start(_ role: Role, _ name: String, _ arguments: [String]) async throws {
    let program = try StagedProgram(
      named: role.rawValue, executable: plan.programs.appending(path: name), arguments: arguments,
      in: plan.folder)
    programs[role] = program
    ports[role] = try await program.start()
    try writeSettings()
  }

  /// A program that took any free port keeps it when it is started again.
  private func writeSettings() throws {
    try """
    listen: { port: \(ports[.gateway] ?? plan.ports.gateway) }
    data: gateway
    models: "\(plan.models.path)"
    merchant: sandbox/merchant.yaml
    """.write(toFile: path("gateway.yaml"), atomically: true, encoding: .utf8)
    let amount = plan.fixedAmount.map { "  fixed_amount: \"\($0)\"\n" } ?? ""
    try """
    listen: { port: \(ports[.terminal] ?? plan.ports.terminal) }
    state: till
    socket: till/canteend.sock
    models: "\(plan.models.path)"
    web: "\(plan.web.path)"
    camera:
      scenario: "\(plan.scenario.path)"
      pictures: "\(plan.portraits.path)"
    checkout:
    \(amount)  same_user_cooldown: \(plan.sameUserCooldown)
      result_shown: 2

    """.write(toFile: path("terminal.yaml"), atomically: true, encoding: .utf8)
  }

  private func enrol(_ pupil: Pupil) async throws {
    let merchant = try String(contentsOfFile: path("sandbox/merchant.yaml"), encoding: .utf8)
    guard
      let line = merchant.split(separator: "\n").first(where: { $0.hasPrefix("organization_id:") }),
      let organization = line.split(separator: "\"").dropFirst().first
    else { throw StageError("The sandbox wrote no organization into merchant.yaml.") }
    try await post(
      "sandbox/contracts", to: .sandbox,
      body: #"{"out_user_id":"\#(pupil.id)","organization_id":"\#(organization)","balance_fen":50000}"#)
    _ = try await run(
      "canteenctl",
      ["enrol", "--id", pupil.id, "--name", pupil.name, plan.portraits.appending(path: pupil.portrait).path]
        + gatewayOptions)
  }

  private func waitUntilFacesAreAccepted() async throws {
    for _ in 0..<300 {
      if let status = try? await tillStatus(), status.blockers.isEmpty, status.people == Pupil.all.count {
        return
      }
      try await Task.sleep(for: .milliseconds(100))
    }
    throw StageError("The till does not accept faces after 30 s; see \(path("terminal.log")).")
  }

  /// Runs a program to its end.
  ///
  /// - Returns: what it wrote to standard output.
  private func run(_ name: String, _ arguments: [String]) async throws -> String {
    let process = Process()
    process.executableURL = plan.programs.appending(path: name)
    process.arguments = arguments
    let (output, complaints) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = complaints
    try process.run()
    let said = output.fileHandleForReading.readDataToEndOfFile()
    let complaint = complaints.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw StageError(
        String(decoding: complaint, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines))
    }
    return String(decoding: said, as: UTF8.self)
  }
}
