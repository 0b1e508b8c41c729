import ArgumentParser
import CanteenCore
import GatewayProtocol
import Foundation

struct ForgetCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "forget", abstract: "Delete a user's face from the gateway and from every till.")

  @OptionGroup var options: GatewayOptions

  @Argument(help: "The school's number of the user.")
  var id: String

  func run() async throws {
    try await orComplain {
      _ = try await options.call().delete("v1/admin/people/\(try userID(id))")
      if !options.json { print("\(id): forgotten; tills delete the face within two minutes") }
    }
  }
}

struct BarCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bar", abstract: "Stop a user's face from paying at every till, or let it pay again.",
    discussion: "The face stays enrolled; the user may still pay in other ways.")

  enum Standing: String, ExpressibleByArgument, CaseIterable {
    case blocked, none
  }

  @OptionGroup var options: GatewayOptions

  @Argument(help: "The school's number of the user.")
  var id: String

  @Argument(help: "blocked or none")
  var standing: Standing

  func run() async throws {
    try await orComplain {
      let bar: BarRequest.Bar? = standing == .blocked ? .blocked : nil
      let answer = try await options.call().put(
        "v1/admin/people/\(userID(id))/bar", json: BarRequest(bar: bar))
      if options.json { return printJSON(answer) }
      print("\(id): \(bar == nil ? "may pay" : "blocked"); tills hear of it at once while they are online")
    }
  }
}

/// A user number that may stand in an address.
private func userID(_ text: String) throws -> OutUserID {
  try checked { () throws(IdentifierError) in try OutUserID(text) }
}
