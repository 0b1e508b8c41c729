import CanteenCore
import CanteenTestSupport
import Foundation
import Stage
import Testing
import TillAPI

/// Old disks and old backups, as docs/operations.md tells support to treat them.
extension CanteenDayTests {
  /// The files of a program that does not run; a socket is no file.
  private func copy(_ folder: String, to name: String) throws {
    let (source, target) = (
      self.folder.url.appending(path: "stage/\(folder)"), self.folder.url.appending(path: name)
    )
    try? FileManager.default.removeItem(at: target)
    try FileManager.default.copyItem(at: source, to: target)
  }

  private func putBack(_ name: String, as folder: String) throws {
    let target = self.folder.url.appending(path: "stage/\(folder)")
    try FileManager.default.removeItem(at: target)
    try FileManager.default.copyItem(at: self.folder.url.appending(path: name), to: target)
  }

  private func sold(_ count: Int, at stage: DemoStage) async throws {
    try await eventually("\(count) orders") { try await stage.tillStatus().orders.accepted >= count }
  }

  private func expectAgreement(at stage: DemoStage) async throws {
    try await stage.drain(atMost: .seconds(60))
    let figures = try await stage.figures()
    #expect((figures.lost, figures.duplicated) == (0, 0))
    let charged = Set(try await stage.charges().map(\.number))
    let byFace = try await stage.tillOrders().filter { $0.state != .takenByStaff }.map(\.outTradeNumber)
    #expect(charged == Set(byFace))
  }

  @Test func `A till whose old disk comes back takes cash until it was recovered, and then misses nothing`()
    async throws
  {
    try await onStage { stage in
      try await sold(1, at: stage)
      try await stage.kill(.terminal)
      try? FileManager.default.removeItem(at: folder.url.appending(path: "stage/till/canteend.sock"))
      try copy("till", to: "old-till")
      try await stage.restart(.terminal)
      try await sold(3, at: stage)
      try await stage.drain(atMost: .seconds(60))
      try await stage.kill(.terminal)
      try putBack("old-till", as: "till")
      try await stage.restart(.terminal)
      try await eventually("it notices") { try await stage.tillStatus().blockers.contains(.ledgerBehind) }
      try await stage.send(KeyedSale(yuan: "8.00"), to: TillOperations.takeByStaff, at: .terminal)
      try await stage.post("api/ledger/recover", to: .terminal)
      try await eventually("faces are taken again") { try await stage.tillStatus().blockers.isEmpty }
      let numbers = try await stage.tillOrders().map(\.outTradeNumber)
      #expect(numbers.count >= 4 && Set(numbers).count == numbers.count)
      try await expectAgreement(at: stage)
    }
  }

  @Test func `A ledger that is gone is noticed without the gateway, and found again with it`() async throws {
    try await onStage { stage in
      try await sold(2, at: stage)
      try await stage.drain(atMost: .seconds(60))
      try await stage.kill([.terminal, .gateway])
      for file in ["ledger.sqlite", "ledger.sqlite-wal", "ledger.sqlite-shm"] {
        try? FileManager.default.removeItem(at: folder.url.appending(path: "stage/till/\(file)"))
      }
      try await stage.restart(.terminal)
      try await eventually("it notices") { try await stage.tillStatus().blockers.contains(.ledgerUnproven) }
      try await stage.restart(.gateway)
      try await eventually("it is behind") { try await stage.tillStatus().blockers.contains(.ledgerBehind) }
      try await stage.post("api/ledger/recover", to: .terminal)
      try await eventually("faces are taken again") { try await stage.tillStatus().blockers.isEmpty }
      try await expectAgreement(at: stage)
    }
  }

  @Test func `What a till sold without the gateway is carried there by hand`() async throws {
    struct Written: Decodable {
      let first: Int64
      let last: Int64
    }
    let stick = folder.path("stick.jsonl")
    try await onStage { stage in
      try await eventually("a first order arrives") { try await stage.tillStatus().orders.uploaded >= 1 }
      try await stage.kill(.gateway)
      try await eventually("two more") { try await stage.tillStatus().orders.unsent >= 2 }
      let written = try JSONDecoder().decode(
        Written.self, from: Data(try await stage.attendTill(["ledger", "export", stick]).utf8))
      #expect(written.first > 1 && written.last > written.first)
      // While the gateway is silent, a till keeps it.
      let complaint = await #expect(throws: (any Error).self) {
        try await stage.attendTill(["ledger", "import", stick])
      }
      #expect("\(complaint, default: "")".contains("Kept at this till"))
      try await stage.kill(.terminal)
      try await stage.restart(.gateway)
      for _ in 1...2 {
        let carried = try JSONDecoder().decode(
          CarriedLedger.self,
          from: Data(try await stage.administer(["ledger", "import", stick, "--to-gateway"]).utf8))
        #expect((carried.first, carried.last) == (written.first, written.last))
      }
      #expect(try await stage.gatewayOrders().count >= 3)
      try await stage.restart(.terminal)
      try await expectAgreement(at: stage)
    }
  }

  @Test func `A gateway that comes back from a backup gets again what it lost, and charges nobody twice`()
    async throws
  {
    try await onStage { stage in
      try await sold(1, at: stage)
      try await stage.kill(.gateway)
      try copy("gateway", to: "old-gateway")
      try await stage.restart(.gateway)
      try await sold(3, at: stage)
      try await stage.drain(atMost: .seconds(60))
      try await stage.kill(.gateway)
      try putBack("old-gateway", as: "gateway")
      try await stage.restart(.gateway)
      try await stage.send(KeyedSale(yuan: "8.00"), to: TillOperations.takeByStaff, at: .terminal)
      try await expectAgreement(at: stage)
    }
  }
}
