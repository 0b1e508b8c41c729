import CanteenCore
import Foundation
import PaymentPlatform
import Testing
import WeChatPay

/// Both sides before foreign code: wechatpayv3 drives the sandbox and checks its signatures, `cryptography`
/// checks requests of the client. `tools/wechat-venv.sh DEST` makes the environment.
@Suite(.timeLimit(.minutes(5))) struct ThirdPartyJudgeTests {
  struct Job: Encodable {
    let merchant_file: String
    let device_id: String
    let raw_data: String
    let out_user_id: String
    let user_name: String
    let out_trade_no: String
    let amount: Int64
    let face_token: String
    let out_refund_no: String
    let refund_amount: Int64
    let bill_date: String
    let captured: [String: CapturedRequest]
  }

  @Test func `wechatpayv3 and cryptography accept the sandbox and the client`() async throws {
    let python = try #require(
      ProcessInfo.processInfo.environment["CANTEEN_WECHAT_PYTHON"],
      "set CANTEEN_WECHAT_PYTHON to bin/python of the folder made by tools/wechat-venv.sh")
    // The judge signs with the machine's own time.
    let clock = AdjustableWallClock(
      Timestamp(millisecondsSince1970: Int64(Date().timeIntervalSince1970 * 1_000)))
    try await withStage(clock: clock) { stage in
      let userID = try await stage.contract(name: "张小明")
      let deduction = try await stage.deduction(of: userID, number: "judge-0001")
      let refund = try stage.refund("judge-refund-0001", of: "judge-0001", amount: 207, reason: "打错金额")
      let job = Job(
        merchant_file: stage.folder.appending(path: "merchant.yaml").path, device_id: Stage.device,
        raw_data: try stage.rawData(), out_user_id: "student-01", user_name: "张小明",
        out_trade_no: "judge-0001", amount: 1_250, face_token: deduction.authCode,
        out_refund_no: "judge-refund-0001", refund_amount: 207,
        bill_date: clock.now().schoolDay(utcOffset: 480).description,
        captured: [
          "deduction": try await stage.capturedRequest { await $0.deduct(deduction) },
          "refund": try await stage.capturedRequest { await $0.refund(refund) },
        ])
      let findings = try await verdict(of: python, on: job, in: stage.folder)
      #expect(findings.count == 25)
      for (finding, holds) in findings { #expect(holds, "\(finding)") }
      #expect(try await stage.transaction("judge-0001").charges == 1)
      #expect(try await stage.refunds(of: "judge-0001").map(\.amount_fen) == [207])
    }
  }
}

extension ThirdPartyJudgeTests {
  /// Runs `tools/wechat-judge.py` and reads what it found.
  private func verdict(of python: String, on job: Job, in folder: URL) async throws -> [String: Bool] {
    let jobFile = folder.appending(path: "job.json")
    try JSONEncoder().encode(job).write(to: jobFile)
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let judge = Process()
    judge.executableURL = URL(filePath: python)
    judge.arguments = [root.appending(path: "tools/wechat-judge.py").path, jobFile.path]
    let output = Pipe()
    judge.standardOutput = output
    let (ends, ended) = AsyncStream<Int32>.makeStream()
    judge.terminationHandler = {
      ended.yield($0.terminationStatus)
      ended.finish()
    }
    try judge.run()
    for await status in ends { #expect(status == 0, "the judge's exit code") }
    // The findings are far smaller than a pipe's buffer.
    let text = try #require(try output.fileHandleForReading.readToEnd(), "the judge said nothing")
    return try JSONDecoder().decode([String: Bool].self, from: text)
  }
}
