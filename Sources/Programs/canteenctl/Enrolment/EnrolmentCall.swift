import CanteenCore
import Foundation
import GatewayProtocol
import NIOCore

/// Enrolment calls to the gateway.
struct EnrolmentCall {
  let call: LocalCall

  func enrol(_ id: OutUserID, _ request: EnrolmentRequest) async throws -> EnrolmentVerdict {
    try Self.read(await call.post("v1/admin/people/\(id)/faces", json: request))
  }

  func people() async throws -> [EnrolledPerson] { try Self.read(await call.get("v1/admin/people")) }

  /// Has the gateway compare everybody first.
  func lookAlikes() async throws -> LookAlikeReport {
    try Self.read(await call.get("v1/admin/look-alikes", within: .seconds(600)))
  }

  static func read<Answer: Decodable>(_ answer: Data) throws -> Answer {
    do {
      return try JSONDecoder().decode(Answer.self, from: answer)
    } catch {
      throw CommandError(
        "The gateway's answer cannot be read; are gateway and canteenctl of the same version?")
    }
  }
}
