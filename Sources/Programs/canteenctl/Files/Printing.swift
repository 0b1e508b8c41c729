import CanteenCore
import Foundation
import GatewayProtocol
import TillAPI

/// An answer without content is an empty object, so that whatever reads it reads JSON.
func printJSON(_ answer: Data) {
  print(answer.isEmpty ? "{}" : String(decoding: answer, as: UTF8.self))
}

/// Two columns, the first as wide as its widest.
func printTable(_ rows: [(String, String)]) {
  let width = rows.map(\.0.count).max() ?? 0
  for (name, value) in rows {
    print(name.padding(toLength: width + 2, withPad: " ", startingAt: 0) + value)
  }
}

/// The school's clock face, whatever zone this machine is in.
struct SchoolClockFace {
  /// Minutes ahead of UTC.
  let utcOffset: Int

  /// To the second.
  func text(_ time: Timestamp) -> String { time.schoolTimeText(utcOffset: utcOffset) }

  /// For example `+08:00`.
  var offset: String {
    let (hours, minutes) = abs(utcOffset).quotientAndRemainder(dividingBy: 60)
    return (utcOffset < 0 ? "-" : "+") + String(format: "%02d:%02d", hours, minutes)
  }
}

extension TillOptions {
  func clockFace() async throws -> SchoolClockFace {
    SchoolClockFace(utcOffset: try await call.ask(TillOperations.status).value().utcOffset)
  }
}

extension LocalCall {
  /// As the gateway has it.
  func clockFace() async throws -> SchoolClockFace {
    let answer = try await get("v1/admin/status")
    guard let status = try? JSONDecoder().decode(GatewayStatus.self, from: answer) else {
      throw CommandError(
        "The gateway's answer cannot be read; are canteen-gateway and canteenctl of the same version?")
    }
    return SchoolClockFace(utcOffset: status.utcOffset)
  }
}

/// A cosine for people.
func score(_ score: Float) -> String { String(format: "%.2f", Double(score)) }
