import Foundation

extension DemoStage {
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
    for (index, till) in tills.enumerated() { try await open(till, named: "till-\(index + 1)") }
    for till in tills { try await waitUntilFacesAreAccepted(at: till) }
  }

  private func prepareFolder() async throws {
    for role in roles {
      // A stage that was killed may have left programs behind.
      await StagedProgram.left(in: plan.folder, named: "\(role)")?.stop()
    }
    try? FileManager.default.removeItem(at: plan.folder)
    try FileManager.default.createDirectory(at: plan.folder, withIntermediateDirectories: true)
  }

  private func start(_ role: Role, _ name: String, _ arguments: [String]) async throws {
    let program = try StagedProgram(
      named: "\(role)", executable: plan.programs.appending(path: name), arguments: arguments,
      in: plan.folder)
    programs[role] = program
    (processes[role], ports[role]) = try await program.start()
    try writeSettings()
  }

  private func open(_ till: Role, named name: String) async throws {
    progress("pairing \(name)")
    struct Code: Decodable { let code: String }
    let answer = try await run("canteenctl", ["pairing-code", name] + gatewayOptions)
    let code = try JSONDecoder().decode(Code.self, from: Data(answer.utf8)).code
    let settings = path("\(till).yaml")
    _ = try await run(
      "canteend", ["pair", "--config", settings, "--gateway", try address(of: .gateway), "--code", code])
    progress("starting \(name)")
    try await start(till, "canteend", ["run", "--config", settings])
  }

  /// A program that took any free port keeps it when it is started again.
  private func writeSettings() throws {
    try """
    listen: { port: \(ports[.gateway] ?? plan.ports.gateway) }
    data: gateway
    models: "\(plan.models.path)"
    merchant: sandbox/merchant.yaml
    """.write(toFile: path("gateway.yaml"), atomically: true, encoding: .utf8)
    for (index, till) in tills.enumerated() {
      let planned = plan.ports.terminal == 0 ? 0 : plan.ports.terminal + index
      try tillSettings(state: index == 0 ? "till" : "till-\(index + 1)", port: ports[till] ?? planned)
        .write(toFile: path("\(till).yaml"), atomically: true, encoding: .utf8)
    }
  }

  private func tillSettings(state: String, port: Int) -> String {
    let amount = plan.fixedAmount.map { "  fixed_amount: \"\($0)\"\n" } ?? ""
    return """
      listen: { port: \(port) }
      state: \(state)
      socket: \(state)/canteend.sock
      models: "\(plan.models.path)"
      web: "\(plan.web.path)"
      camera:
        scenario: "\(plan.scenario.path)"
        pictures: "\(plan.portraits.path)"
      # The pictures of a replay are flat and would rightly be refused.
      recognition: { liveness: record }
      checkout:
      \(amount)  same_user_cooldown: \(plan.sameUserCooldown)
        result_shown: 2

      """
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

  private func waitUntilFacesAreAccepted(at till: Role) async throws {
    for _ in 0..<300 {
      if let status = try? await tillStatus(of: till), status.blockers.isEmpty,
        status.people == Pupil.all.count
      {
        return
      }
      try await Task.sleep(for: .milliseconds(100))
    }
    throw StageError("The till does not accept faces after 30 s; see \(path("\(till).log")).")
  }
}
