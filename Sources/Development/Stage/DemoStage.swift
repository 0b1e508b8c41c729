import Foundation
public import GatewayProtocol
public import TillAPI

/// A whole canteen on one machine: sandbox, gateway and tills as real programs, paired, with two pupils
/// enrolled who walk by the replayed cameras.
public actor DemoStage {
  /// Till and gateway list no more orders than this.
  public static let mostOrders = 10_000

  let plan: StagePlan
  let progress: @Sendable (String) -> Void
  var programs: [Role: StagedProgram] = [:]
  var processes: [Role: Process] = [:]
  /// Started, and not yet known to listen.
  private var launches: [Role: StagedProgram.Launch] = [:]
  var ports: [Role: Int] = [:]
  /// Where the gateway serves tills, once it has started.
  var listeners: ListenersAnswer?

  public init(plan: StagePlan, progress: @escaping @Sendable (String) -> Void = { _ in }) {
    self.plan = plan
    self.progress = progress
  }

  /// Every till of the plan.
  public nonisolated var tills: [Role] { (0..<plan.tills).map { .till($0 + 1) } }

  nonisolated var roles: [Role] { [.sandbox, .gateway] + tills }

  /// Where a program answers.
  public func address(of role: Role) throws -> String {
    guard let port = ports[role] else { throw StageError("The \(role) has not started.") }
    return "http://127.0.0.1:\(port)"
  }

  /// Where boxes become tills.
  public var pairingPort: Int {
    get throws {
      guard let listeners else { throw StageError("The gateway has not started.") }
      return listeners.pairingPort
    }
  }

  func askForListeners() async throws -> ListenersAnswer { try await get("v1/listeners", from: .gateway) }

  /// Ends a program of this stage at once, as a power cut would, and waits until it is gone.
  ///
  /// - Throws: ``StageError`` with its last words when it had ended by itself.
  public func kill(_ role: Role) async throws { try await kill([role]) }

  /// Ends several programs at the same moment; see ``kill(_:)``.
  public func kill(_ victims: [Role]) async throws {
    for victim in victims {
      guard let process = processes[victim], process.isRunning else {
        throw StageError(
          "The \(victim) ended by itself: \(programs[victim]?.lastWords ?? "it never started")")
      }
      process.killAtOnce()
    }
    for victim in victims {
      while processes[victim]?.isRunning == true { try await Task.sleep(for: .milliseconds(2)) }
      launches[victim] = nil
    }
  }

  /// Starts a program again on the port it had and waits for nothing.
  public func launch(_ role: Role) throws {
    let launch = try programs[role]?.launch()
    launches[role] = launch
    processes[role] = launch?.process
  }

  /// Waits until every launched program listens.
  public func waitUntilAllListen() async throws {
    for role in roles {
      guard let launch = launches[role], let program = programs[role] else { continue }
      ports[role] = try await program.port(of: launch)
      launches[role] = nil
    }
  }

  /// Starts a program again on the port it had.
  public func restart(_ role: Role) async throws {
    try launch(role)
    try await waitUntilAllListen()
  }

  /// Stops every program, the tills first.
  public func stop() async {
    for role in roles.reversed() {
      await programs[role]?.stop()
      // One that was just launched has not written its process number yet.
      if let process = processes[role], process.isRunning { process.killAtOnce() }
    }
  }

  /// Adds a till that runs outside this stage and answers at this port of loopback.
  public func takeIn(_ till: Role, answeringAt port: Int) { ports[till] = port }

  // MARK: What the three have to say

  public func tillStatus(of till: Role = .terminal) async throws -> TillStatus {
    try await ask(TillOperations.status, of: till)
  }

  /// The newest ``mostOrders`` of a till.
  public func tillOrders(of till: Role = .terminal) async throws -> [BookedOrder] {
    try await ask(TillOperations.orders, of: till, query: "?limit=\(Self.mostOrders)")
  }

  public func diagnosis(of till: Role) async throws -> [Check] {
    try await ask(TillOperations.doctor, of: till)
  }

  /// Looks at the staff page until the till goes away.
  public nonisolated func watch(_ till: Role, _ see: (TillView) async -> Void) async throws {
    try await HTTP.follow("\(try await address(of: till))\(TillOperations.tillEvents.path)") { page in
      await see(try JSONDecoder().decode(TillView.self, from: page))
    }
  }

  /// The newest ``mostOrders`` of all tills.
  public func gatewayOrders() async throws -> [GatewayOrder] {
    let answer = try await administer(["orders-at-gateway"])
    return try JSONDecoder().decode([GatewayOrder].self, from: Data(answer.utf8))
  }

  public func charges() async throws -> [ListedCharge] {
    try await get("sandbox/transactions", from: .sandbox)
  }

  public func post(_ path: String, to role: Role, body: String = "{}") async throws {
    let (status, answer) = try await HTTP.post("\(try address(of: role))/\(path)", body: body)
    guard (200..<300).contains(status) else {
      throw StageError("\(path): HTTP \(status) \(String(decoding: answer.prefix(300), as: UTF8.self))")
    }
  }

  public func closeCamera(at till: Role) async throws {
    try await post(String(TillOperations.closeCamera.path.dropFirst()), to: till)
  }

  public func wakeCamera(at till: Role) async throws {
    try await post(String(TillOperations.wakeCamera.path.dropFirst()), to: till)
  }

  /// A key of the till that takes no body.
  public func press(_ key: TillOperation<NoBody, NoAnswer>, at till: Role) async throws {
    try await post(String(key.path.dropFirst()), to: till)
  }

  public func send<Body: Encodable>(
    _ body: Body, to operation: TillOperation<Body, NoAnswer>, at till: Role
  ) async throws {
    try await post(String(operation.path.dropFirst()), to: till, body: CanonicalJSON.text(body))
  }

  private func ask<Answer: Decodable>(
    _ operation: TillOperation<NoBody, Answer>, of till: Role, query: String = ""
  ) async throws -> Answer {
    try await get(String(operation.path.dropFirst()) + query, from: till)
  }

  private func get<Answer: Decodable>(_ path: String, from role: Role) async throws -> Answer {
    try JSONDecoder().decode(Answer.self, from: await HTTP.get("\(try address(of: role))/\(path)"))
  }

  // MARK: Ways to them

  func path(_ name: String) -> String { plan.folder.appending(path: name).path }

  /// Runs `canteenctl` to its end, as the school's administrator.
  ///
  /// - Returns: what it wrote to standard output.
  @discardableResult
  public func administer(_ words: [String]) async throws -> String {
    let gateway = ["--gateway", try address(of: .gateway), "--token-file", path("gateway/keys/admin.token")]
    return try await run("canteenctl", words + gateway + ["--json"])
  }

  /// Runs `canteenctl` to its end, beside the till.
  ///
  /// - Returns: what it wrote to standard output.
  @discardableResult
  public func attendTill(_ words: [String]) async throws -> String {
    try await run("canteenctl", words + ["--socket", path("till/canteend.sock"), "--json"])
  }

  /// Runs a program to its end.
  ///
  /// - Returns: what it wrote to standard output.
  func run(_ name: String, _ arguments: [String]) async throws -> String {
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
