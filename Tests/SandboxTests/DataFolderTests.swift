import CanteenCore
import Foundation
import NIOHTTP1
import PaymentPlatform
import Testing
import WeChatPay

@testable import Sandbox

@Suite(.timeLimit(.minutes(5))) struct DataFolderTests {
  private func mode(_ url: URL) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: url.path)[.posixPermissions] as? Int
  }

  @Test func `A restart forgets neither merchant nor money`() async throws {
    let clock = AdjustableWallClock()
    let folder = try freshDataFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let earlier = try await withStage(folder: folder, clock: clock) { stage in
      let userID = try await stage.contract(balance: 1_300)
      _ = await stage.client.deduct(try await stage.deduction(of: userID, number: "order-0001"))
      _ = await stage.client.deduct(try await stage.deduction(of: userID, number: "order-0002"))
      return (merchant: stage.merchant, rows: try await stage.transactions())
    }
    #expect(earlier.rows.map(\.debt_state) == ["NOT_DEBT", "DEBT"])
    try await withStage(folder: folder, clock: clock) { stage in
      #expect(try await stage.transactions() == earlier.rows)
      var merchant = stage.merchant
      merchant["base_url"] = earlier.merchant["base_url"]
      #expect(merchant == earlier.merchant)
      guard case .charged(_, advanced: false) = try await stage.query("order-0001") else {
        Issue.record("the charge was forgotten")
        return
      }
    }
  }

  @Test func `Only the owner may read the folder`() async throws {
    try await withStage { stage in
      #expect(try mode(stage.folder) == 0o700)
      let files = try FileManager.default.contentsOfDirectory(
        at: stage.folder, includingPropertiesForKeys: nil)
      #expect(files.count == 8 || files.count == 9)
      for file in files { #expect(try mode(file) == 0o600, "\(file.lastPathComponent)") }
    }
  }

  @Test func `A line that was being written when the sandbox died is cut off, a damaged one is refused`()
    throws
  {
    let folder = try DataFolder(
      FileManager.default.temporaryDirectory.appending(path: "journal-\(UUID().uuidString)"))
    defer { try? FileManager.default.removeItem(at: folder.url) }
    let account = Account(
      userID: "u", outUserID: "student-01", organizationID: "O1", contractID: "c", userName: nil,
      contractState: .contracted, status: .normal, balance: 5)
    let change = Bank.Change(accounts: [account])
    try Journal(in: folder) { _ in }.append(change)
    let whole = try #require(try folder.read("journal.jsonl"))
    try folder.write(whole + whole.dropLast(9), to: "journal.jsonl")

    var replayed: [Bank.Change] = []
    try Journal(in: folder) { replayed.append($0) }.append(change)
    #expect(replayed == [change])
    replayed = []
    _ = try Journal(in: folder) { replayed.append($0) }
    #expect(replayed == [change, change])

    try folder.write(Data("{}x\n".utf8) + whole, to: "journal.jsonl")
    #expect(throws: SandboxError.self) { try Journal(in: folder) { _ in } }
  }

  @Test(arguments: ["0.0.0.0", "192.168.1.2", "127.0.0.1.evil", "127.1", "example.org", ""])
  func `Only loopback is served`(host: String) {
    #expect(throws: SandboxError.notLoopback(host: host)) {
      try SandboxConfiguration(dataFolder: URL(filePath: "/tmp"), host: host, now: { .distantPast })
    }
  }

  @Test func `A wrong control call is refused with a reason`() async throws {
    struct Problem: Decodable { let code: String }
    try await withStage { stage in
      for fields: [String: any Sendable] in [
        ["kind": "earthquake", "count": 1], ["kind": "frequency_limited", "count": 0],
      ] {
        let problem = try await stage.control(.POST, "faults", fields, as: Problem.self, status: 400)
        #expect(problem.code == "PARAM_ERROR")
      }
      let problem = try await stage.control(
        .PATCH, "contracts/student-77", ["status": "DISABLED"], as: Problem.self, status: 404)
      #expect(problem.code == "RESOURCE_NOT_EXISTS")
    }
  }
}
