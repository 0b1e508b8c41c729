import ArgumentParser
import CanteenCore
import Foundation
import GatewayProtocol
import NIOCore

struct PairingCodeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pairing-code", abstract: "A one-time code that makes a box a till, good for 15 minutes.")

  @OptionGroup var options: GatewayOptions

  @Argument(help: "Name of the new till, for example till-3.")
  var terminal: String

  private struct Code: Decodable {
    let code: String
    let expires_at: Timestamp
  }

  func run() async throws {
    try await orComplain {
      let body = try CanonicalJSON.text(["terminal_id": terminal])
      let answer = try await options.call().post("v1/admin/pairing-codes", ByteBuffer(string: body))
      if options.json { return printJSON(answer) }
      let code = try JSONDecoder().decode(Code.self, from: answer)
      print("\(code.code)  (for \(terminal), until \(local(code.expires_at)))")
    }
  }
}

struct GatewayOrdersCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "orders-at-gateway", abstract: "The newest orders of all tills as the gateway has them.")

  @OptionGroup var options: GatewayOptions

  private struct Order: Decodable {
    let out_trade_no, terminal_id, state: String
    let amount_fen: Fen
    let transaction_id, reason: String?
    let accepted_at: Timestamp
  }

  func run() async throws {
    try await orComplain {
      let answer = try await options.call().get("v1/admin/orders")
      if options.json { return printJSON(answer) }
      for order in try JSONDecoder().decode([Order].self, from: answer) {
        let columns = [
          local(order.accepted_at), order.terminal_id, order.out_trade_no, "¥\(order.amount_fen.yuan)",
          order.state, order.reason ?? order.transaction_id ?? "",
        ]
        print(columns.joined(separator: "  "))
      }
    }
  }
}

struct EnrolCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "enrol", abstract: "Enrol a face user from a photograph.",
    discussion: "The gateway makes a template of the photograph and keeps nothing else of it.")

  @OptionGroup var options: GatewayOptions

  @Option(help: "The school's number of the user, 6 characters or more.")
  var id: String

  @Option(help: "The name the student screen greets with.")
  var name: String

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
      let escaped = name.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
      let answer = try await options.call()
        .post("v1/admin/people/\(try checked(id))/face?name=\(escaped)", ByteBuffer(bytes: bytes))
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
      _ = try await options.call().delete("v1/admin/people/\(try checked(id))")
      if !options.json { print("\(id): forgotten; tills delete the face within two minutes") }
    }
  }
}

/// A user number that may stand in an address.
private func checked(_ id: String) throws -> OutUserID {
  do {
    return try OutUserID(id)
  } catch {
    throw Complaint(error.description)
  }
}
