import ArgumentParser
import CanteenCore
import Foundation
import NIOCore

struct EnrolCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "enrol", abstract: "Enrol a face user from a photograph.",
    discussion: "The gateway makes a template of the photograph and keeps nothing else of it.")

  @OptionGroup var options: GatewayOptions

  @Option(help: "The school's number of the user, 6 characters or more.")
  var id: String

  @Option(help: "The name the student screen greets with.")
  var name: String

  @Option(help: "Who pays which price and gets which subsidy, for example students or staff.")
  var group: String?

  @Argument(help: "JPEG or PNG that shows this person alone, from the front.")
  var photo: String

  private struct Answer: Decodable {
    let note: String
  }

  func run() async throws {
    try await orComplain {
      guard let bytes = FileManager.default.contents(atPath: photo) else {
        throw Complaint("The photograph \(photo) cannot be read; check the path.")
      }
      var query = "name=\(name.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")"
      if let group {
        query += try "&group=\(checked { () throws(IdentifierError) in try UserGroup(group) })"
      }
      let answer = try await options.call()
        .post("v1/admin/people/\(try userID(id))/face?\(query)", ByteBuffer(bytes: bytes))
      if options.json { return printJSON(answer) }
      print("\(id) \(name): \(try JSONDecoder().decode(Answer.self, from: answer).note)")
    }
  }
}

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
      let bar: UserBar? = standing == .blocked ? .blocked : nil
      let answer = try await options.call().put("v1/admin/people/\(userID(id))/bar", json: ["bar": bar])
      if options.json { return printJSON(answer) }
      print("\(id): \(bar == nil ? "may pay" : "blocked"); tills hear of it at once while they are online")
    }
  }
}

/// A user number that may stand in an address.
private func userID(_ text: String) throws -> OutUserID {
  try checked { () throws(IdentifierError) in try OutUserID(text) }
}
