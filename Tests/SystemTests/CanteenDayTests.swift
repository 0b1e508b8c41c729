import CanteenCore
import CanteenTestSupport
import Foundation
import Stage
import Testing
import TillAPI

/// The real programs, the real networks and a replayed camera: what a school would see.
///
/// One at a time: each of these fills both cores.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct CanteenDayTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  func plan(fixedAmount: String? = "3.50") throws -> StagePlan {
    StagePlan(
      programs: Bundle.main.bundleURL.appending(path: "."), models: try TestMaterial.models.url(),
      portraits: try TestMaterial.portraits.url(),
      scenario: TestMaterial.project("scenarios/canteen-line.yaml"),
      web: TestMaterial.project("Web"), folder: folder.url.appending(path: "stage"),
      ports: .any, fixedAmount: fixedAmount)
  }

  func onStage(
    fixedAmount: String? = "3.50", scenario: URL? = nil, film: StagePlan.Film? = nil,
    gateway: String = "canteen-gateway",
    _ play: (DemoStage) async throws -> Void
  ) async throws {
    var plan = try plan(fixedAmount: fixedAmount)
    if let scenario { plan.scenario = scenario }
    plan.film = film
    plan.gateway = gateway
    let stage = DemoStage(plan: plan)
    do {
      try await stage.setUp()
      try await play(stage)
      await stage.stop()
    } catch {
      await stage.stop()
      throw error
    }
  }

  /// Waits for something the programs do in their own time.
  func eventually(
    _ what: String, within seconds: Int = 60, _ holds: () async throws -> Bool
  ) async throws {
    for _ in 0..<seconds * 5 {
      if try await holds() { return }
      try await Task.sleep(for: .milliseconds(200))
    }
    Issue.record("never happened: \(what)")
  }

  @Test func `Students pay by face, a stranger does not, and every book agrees`() async throws {
    try await onStage { stage in
      try await eventually("three orders and a stranger") {
        let status = try await stage.tillStatus()
        return status.orders.accepted >= 3 && status.counts.strangersRefused >= 1
      }
      try await stage.drain(atMost: .seconds(30))
      let figures = try await stage.figures()
      #expect(figures.lost == 0)
      #expect(figures.duplicated == 0)
      #expect(figures.ordersPaid == figures.ordersAccepted)
      #expect(figures.amountPaid == Fen(350 * Int64(figures.ordersPaid)))
      let charged = Set(try await stage.charges().map(\.number))
      let booked = Set(try await stage.tillOrders().map(\.outTradeNumber))
      #expect(charged == booked)
    }
  }

  @Test func `A gateway that dies is sold through, and afterwards everything arrives once`() async throws {
    try await onStage { stage in
      try await eventually("a first order") { try await stage.tillStatus().orders.accepted >= 1 }
      try await stage.kill(.gateway)
      try await eventually("two orders without the gateway") {
        try await stage.tillStatus().orders.unsent >= 2
      }
      let blockers = try await stage.tillStatus().blockers
      #expect(blockers.isEmpty)
      try await stage.restart(.gateway)
      try await stage.drain(atMost: .seconds(60))
      let figures = try await stage.figures()
      #expect(figures.ordersUploaded == figures.ordersAccepted)
      #expect(figures.ordersPaid == figures.ordersAccepted)
      #expect((figures.lost, figures.duplicated) == (0, 0))
    }
  }

  @Test func `I1, I2: a till that is killed keeps what it sold and charges nobody twice`() async throws {
    try await onStage { stage in
      try await stage.kill(.gateway)
      try await eventually("two orders without the gateway") {
        try await stage.tillStatus().orders.unsent >= 2
      }
      let before = try await stage.tillOrders().map(\.outTradeNumber)
      try await stage.kill(.terminal)
      try await stage.restart(.terminal)
      let after = Set(try await stage.tillOrders().map(\.outTradeNumber))
      #expect(Set(before).isSubset(of: after))
      try await stage.restart(.gateway)
      try await stage.drain(atMost: .seconds(60))
      let figures = try await stage.figures()
      #expect(figures.ordersPaid == figures.ordersAccepted)
      #expect((figures.lost, figures.duplicated) == (0, 0))
    }
  }

  @Test func `Money that was taken without an answer is found by asking, not taken again`() async throws {
    try await onStage { stage in
      try await stage.post("sandbox/faults", to: .sandbox, body: #"{"kind":"error_after_taking","count":2}"#)
      try await eventually("three orders") { try await stage.tillStatus().orders.accepted >= 3 }
      try await stage.drain(atMost: .seconds(60))
      let figures = try await stage.figures()
      #expect(figures.ordersPaid == figures.ordersAccepted)
      #expect((figures.lost, figures.duplicated) == (0, 0))
      let charges = try await stage.charges().map(\.charges)
      #expect(charges == charges.map { _ in 1 })
    }
  }

  @Test func `Staff key an amount, the next face pays it; and money taken by hand is booked as such`()
    async throws
  {
    try await onStage(fixedAmount: nil) { stage in
      try await stage.post("api/amount", to: .terminal, body: #"{"yuan":"12.50"}"#)
      try await eventually("the order of the keyed amount") {
        try await stage.tillOrders().contains { $0.amount == Fen(1_250) }
      }
      try await stage.post("api/taken-by-staff", to: .terminal, body: #"{"yuan":"8"}"#)
      try await stage.drain(atMost: .seconds(30))
      let states = Dictionary(
        uniqueKeysWithValues: try await stage.tillOrders().map { ($0.amount, $0.state) })
      #expect(states == [Fen(1_250): .paid, Fen(800): .takenByStaff])
      let charges = try await stage.charges().map(\.amount)
      #expect(charges == [Fen(1_250)])
    }
  }

  @Test func `An amount that cannot be sold is refused and nothing is booked`() async throws {
    try await onStage(fixedAmount: nil) { stage in
      let bodies = [
        #"{"yuan":"0"}"#, #"{"yuan":"100.01"}"#, #"{"yuan":"1e3"}"#, #"{"yuan":"-5"}"#, #"{"yuan":"１２．５"}"#,
        #"{"yuan":"1000000000000000000"}"#, #"{"fen":5}"#, "no",
      ]
      for body in bodies {
        await #expect(throws: StageError.self, "\(body)") {
          try await stage.post("api/amount", to: .terminal, body: body)
        }
      }
      let accepted = try await stage.tillStatus().orders.accepted
      #expect(accepted == 0)
    }
  }

  @Test func `A phone tail that nobody asked for, or that is none, is refused without being repeated`()
    async throws
  {
    try await onStage(fixedAmount: nil) { stage in
      let refusals = [
        (#"{"tail":"2468"}"#, "409"), (#"{"tail":"24680"}"#, "422"), (#"{"tail":"２４６８"}"#, "422"),
        (#"{"tail":2468}"#, "400"), (#"{"digits":"2468"}"#, "400"), (#"{"tail":""}"#, "422"),
      ]
      for (body, status) in refusals {
        let refusal = await #expect(throws: StageError.self, "\(body)") {
          try await stage.post("api/student/tail", to: .terminal, body: body)
        }
        #expect(refusal?.description.contains("HTTP \(status) ") == true, "\(String(describing: refusal))")
        #expect(refusal?.description.contains("2468") == false)
      }
      let refusal = await #expect(throws: StageError.self) {
        try await stage.post("api/student/decline", to: .terminal)
      }
      #expect(refusal?.description.contains("not_asked") == true)
    }
  }

  @Test func `A port that is taken is said in one sentence`() async throws {
    try await onStage { stage in
      let port = try #require(
        try await stage.address(of: .gateway).split(separator: ":").last.flatMap { Int($0) })
      var second = try plan()
      second.folder = folder.url.appending(path: "second")
      second.ports.gateway = port
      let other = DemoStage(plan: second)
      let error = await #expect(throws: StageError.self) { try await other.setUp() }
      #expect(
        error?.description.contains("Port \(port) on 127.0.0.1 is taken") == true,
        "\(String(describing: error))")
      await other.stop()
    }
  }
}
