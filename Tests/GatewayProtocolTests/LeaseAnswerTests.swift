import CanteenCore
import Foundation
import GatewayProtocol
import Testing

/// A lease that somebody kept must not set a till's clock back.
struct LeaseAnswerTests {
  private func lease(_ nonce: String?, hour: Int64) throws -> Lease {
    let now = Timestamp(millisecondsSince1970: 1_795_147_200_000).advanced(by: .seconds(hour * 3_600))
    return Lease(
      terminal: try TerminalID("till-1"), organization: try OrganizationID("O1000"), organizationName: "学校",
      authinfo: "a", merchant: MerchantProfile(spMerchant: "1", subMerchant: "2"),
      limits: SpendingLimits(of: .unnamed), plan: .unplanned, offline: .usual, operators: [],
      exportKey: Data(), nonce: nonce, issuedAt: now, expiresAt: now.advanced(by: Lease.lifetime))
  }

  @Test func `Only the lease with the nonce of the request answers it, however the gateway's clock was set`()
    throws
  {
    let last = try lease("one", hour: 10)
    #expect(try lease("two", hour: 11).answers("two", after: last))
    #expect(try lease("two", hour: 9).answers("two", after: last), "the gateway's clock was put right")
    #expect(try !lease("one", hour: 10).answers("two", after: last))
    #expect(try !lease("kept", hour: 12).answers("two", after: last))
  }

  @Test func `Of a gateway that knows no nonce only newer leases are taken, and none after it knew one`()
    throws
  {
    #expect(try lease(nil, hour: 10).answers("two", after: nil))
    #expect(try lease(nil, hour: 11).answers("two", after: lease(nil, hour: 10)))
    #expect(try !lease(nil, hour: 10).answers("two", after: lease(nil, hour: 10)))
    #expect(try !lease(nil, hour: 12).answers("two", after: lease("one", hour: 10)))
  }
}
