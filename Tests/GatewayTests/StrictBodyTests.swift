import CanteenCore
import CanteenTestSupport
import Foundation
import GatewayProtocol
import GatewayStore
import HTTPTypes
import Testing

@testable import Gateway

/// A body that says anything the gateway does not know, or leaves out what decides, changes nothing.
@Suite(.timeLimit(.minutes(5)))
struct StrictBodyTests {
  private let gateway: ServedGateway
  private let pupil: OutUserID

  init() async throws {
    gateway = try ServedGateway()
    pupil = try OutUserID("s00001")
    try await gateway.store.save(
      EnrolledUser(
        user: RecognisedUser(outUserID: pupil, platformUserID: "P1", displayName: "甲"), mayPay: true,
        shots: SealedShots(origin: nil, bytes: Data([1]))), at: gateway.wallClock.now())
    try await gateway.store.set(.school, true, of: pupil)
  }

  private func pupilIsStillBlocked() async throws -> Bool {
    // Blocking somebody who is blocked changes nothing.
    try await !gateway.store.set(.school, true, of: pupil)
  }

  @Test(arguments: [
    (#"{"baar":"blocked"}"#, #"did you mean \"bar\"?"#), ("{}", #""bar\" is missing"#),
    (#"{"bar":null,"bar":"blocked"}"#, "given twice"), (#"{"bar":null,"days":3}"#, #""days\" is not known"#),
    (#"{"bar":null} {}"#, "not JSON"),
  ])
  func `A bar is lifted by the word that says so and by nothing else`(body: String, reason: String)
    async throws
  {
    let answer = try await gateway.call(.put, "/v1/admin/people/s00001/bar", body)
    #expect(answer.status == .badRequest)
    #expect(answer.text.contains("bad_json") && answer.text.contains(reason), "\(answer.text)")
    #expect(try await pupilIsStillBlocked())
  }

  @Test func `The word that says so lifts it`() async throws {
    let answer = try await gateway.call(.put, "/v1/admin/people/s00001/bar", #"{"bar":null}"#)
    #expect(answer.status == .noContent)
    #expect(try await !pupilIsStillBlocked())
  }
}
