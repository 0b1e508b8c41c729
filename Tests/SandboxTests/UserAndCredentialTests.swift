import CanteenCore
import Foundation
import Testing
import WeChatPay

@Suite(.timeLimit(.minutes(5))) struct UserAndCredentialTests {
  @Test func `The user query gives the contract, and the name only to the merchant`() async throws {
    try await withStage { stage in
      let userID = try await stage.contract(name: "张小明")
      let user = try await stage.client.faceUser(OutUserID("student-01"), in: stage.organization)
      #expect(user.userID == userID)
      #expect(user.userName == "张小明")
      #expect(user.contractState == .contracted && user.status == .normal && user.mayPay)
      #expect(user.contractID != nil && user.faceImageOK)
      try await stage.amend(["status": "DISABLED", "contract_state": "TERMINATED"])
      let blocked = try await stage.client.faceUser(OutUserID("student-01"), in: stage.organization)
      #expect(blocked.status == .disabled && blocked.contractState == .terminated && !blocked.mayPay)
    }
  }

  @Test func `Signing again keeps the user's number`() async throws {
    try await withStage { stage in
      let first = try await stage.contract()
      try await stage.amend(["contract_state": "TERMINATED"])
      #expect(try await stage.contract() == first)
      let user = try await stage.client.faceUser(OutUserID("student-01"), in: stage.organization)
      #expect(user.contractState == .contracted)
    }
  }

  @Test func `A user nobody signed for is not found`() async throws {
    try await withStage { stage in
      let refusal = PlatformRefusal(status: 404, code: "RESOURCE_NOT_EXISTS", message: "用户不存在")
      await #expect(throws: WeChatPayError.notFound(refusal)) {
        try await stage.client.faceUser(OutUserID("student-99"), in: stage.organization)
      }
    }
  }

  @Test func `A credential is given only for the merchant's own organization and device`() async throws {
    try await withStage { stage in
      let rawData = try stage.rawData()
      for (device, organization, merchant) in [
        ("till-02", try stage["organization_id"], try stage["sub_mchid"]),
        (Stage.device, "O0", try stage["sub_mchid"]),
        (Stage.device, try stage["organization_id"], "1600000000"),
      ] {
        let error = await #expect(throws: WeChatPayError.self) {
          try await stage.client.authinfo(
            device: TerminalID(device), rawData: rawData, organization: OrganizationID(organization),
            subMerchant: merchant)
        }
        guard case .refused(let refusal) = error else {
          Issue.record("not refused: \(String(describing: error))")
          continue
        }
        #expect(refusal.code == "PARAM_ERROR")
      }
    }
  }

  @Test func `An answer dated ten minutes off is not believed`() async throws {
    try await withStage { stage in
      let late = AdjustableWallClock()
      late.advance(by: .seconds(600))
      let client = try stage.client(clock: late)
      await #expect(throws: WeChatPayError.unverified(.outsideTimeWindow)) {
        try await client.faceUser(OutUserID("student-01"), in: stage.organization)
      }
    }
  }

  @Test func `A nonce that was used before is refused`() async throws {
    try await withStage { stage in
      let client = try stage.client(nonce: { "always-the-same" })
      let query = { @Sendable in try await client.faceUser(OutUserID("student-99"), in: stage.organization) }
      let first = await #expect(throws: WeChatPayError.self) { _ = try await query() }
      let second = await #expect(throws: WeChatPayError.self) { _ = try await query() }
      guard case .notFound = first, case .refused(let refusal) = second else {
        Issue.record("first \(String(describing: first)), then \(String(describing: second))")
        return
      }
      #expect(refusal.status == 401 && refusal.code == "SIGN_ERROR")
    }
  }
}
