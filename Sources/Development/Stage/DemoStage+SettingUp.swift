public import TillAPI
import CanteenCore
import Foundation
import GatewayProtocol

extension DemoStage {
  /// Starts everything in order. Whatever fails is told in one sentence; call ``stop()`` in any case.
  public func setUp() async throws {
    try await prepareFolder()
    progress("starting the payment sandbox")
    try await start(
      .sandbox, "canteen-sandbox", ["--data", path("sandbox"), "--port", "\(plan.ports.sandbox)"])
    progress("starting the gateway")
    try writeSettings()
    try await start(.gateway, plan.gateway, ["--config", path("gateway.yaml")])
    listeners = try await askForListeners()
    try writeSettings()
    try await addSupervisor()
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
    let code = try await pairingCode(forTillNamed: name)
    let settings = path("\(till).yaml")
    _ = try await run(
      "canteend",
      [
        "pair", "--config", settings, "--gateway", "127.0.0.1:\(try pairingPort)", "--code", code,
      ])
    progress("starting \(name)")
    try await start(till, "canteend", ["run", "--config", settings])
  }

  /// Somebody who may do everything at the tills.
  public static let supervisor: StaffCredentials = {
    guard let anna = try? OperatorID("anna") else { preconditionFailure("It is a name.") }
    return StaffCredentials(operator: anna, pin: "246810")
  }()

  private func addSupervisor() async throws {
    let staff = Self.supervisor
    let file = path("pin")
    try Data(staff.pin.utf8).write(to: URL(filePath: file))
    _ = try await administer([
      "operator", "add", staff.operator.text, "--name", "Anna", "--role", "supervisor", "--pin-file", file,
    ])
  }

  /// Lets whoever has just paid pay the amount that waits at a till.
  public func allowRepeat(at till: Role) async throws {
    try await send(
      StaffReason(credentials: Self.supervisor, reason: "second helping"), to: TillOperations.allowRepeat,
      at: till)
  }

  /// The code with which a till becomes one of this canteen's.
  public func pairingCode(forTillNamed name: String) async throws -> String {
    struct Code: Decodable { let code: String }
    let answer = try await administer(["pairing-code", name])
    return try JSONDecoder().decode(Code.self, from: Data(answer.utf8)).code
  }

  /// A program that took any free port keeps it when it is started again.
  private func writeSettings() throws {
    try """
    listen: { port: \(ports[.gateway] ?? plan.ports.gateway) }
    tills: { host: 127.0.0.1, port: \(listeners?.tillsPort ?? plan.ports.gatewayForTills) }
    pairing: { host: 127.0.0.1, port: \(listeners?.pairingPort ?? plan.ports.gatewayForPairing) }
    names: [\(plan.gatewayNames.map { "\"\($0)\"" }.joined(separator: ", "))]
    data: gateway
    models: "\(plan.models.path)"
    merchant: sandbox/merchant.yaml
    # Cards, PINs and names may pay, too.
    school_accounts: true
    # The sandbox is on this machine: what it has not answered by then it never had.
    platform_quiet_seconds: 3
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
      \(eyes)
      checkout:
      \(amount)  same_user_cooldown: \(plan.sameUserCooldown)
        result_shown: 2

      """
  }

  private var eyes: String {
    if let film = plan.film {
      return """
        camera:
          folder: "\(film.colour.path)"
          infrared_folder: "\(film.infrared.path)"
          fps: \(film.framesPerSecond)
        """
    }
    return """
      camera:
        scenario: "\(plan.scenario.path)"
        pictures: "\(plan.portraits.path)"
      # The pictures of a scenario are flat and would rightly be refused.
      recognition: { liveness: record }
      """
  }

  private func enrol(_ pupil: Pupil) async throws {
    try await signContract(for: pupil.id)
    try await administer([
      "enrol", "--id", pupil.id, "--name", pupil.name, plan.portraits.appending(path: pupil.portrait).path,
    ])
  }

  /// A guardian lets the canteen charge for this user, at the sandbox.
  public func signContract(for user: String) async throws {
    let merchant = try String(contentsOfFile: path("sandbox/merchant.yaml"), encoding: .utf8)
    guard
      let line = merchant.split(separator: "\n").first(where: { $0.hasPrefix("organization_id:") }),
      let organization = line.split(separator: "\"").dropFirst().first
    else { throw StageError("The sandbox wrote no organization into merchant.yaml.") }
    try await post(
      "sandbox/contracts", to: .sandbox,
      body: #"{"out_user_id":"\#(user)","organization_id":"\#(organization)","balance_fen":50000}"#)
  }

  /// Waits until everybody who is enrolled could pay at this till.
  ///
  /// - Throws: ``StageError`` that names what is in the way when the time is over.
  public func waitUntilFacesAreAccepted(at till: Role, within limit: Duration = .seconds(30)) async throws {
    let start = ContinuousClock.now
    var obstacle = "it does not answer"
    while start.duration(to: .now) < limit {
      if let status = try? await tillStatus(of: till) {
        if status.blockers.isEmpty, status.people == Pupil.all.count { return }
        obstacle = "\(status.people) people, \(status.blockers.map(\.rawValue).joined(separator: ", "))"
      }
      try await Task.sleep(for: .milliseconds(100))
    }
    throw StageError(
      "The \(till) does not accept faces after \(limit.components.seconds) s (\(obstacle)); see \(path("\(till).log"))."
    )
  }
}
