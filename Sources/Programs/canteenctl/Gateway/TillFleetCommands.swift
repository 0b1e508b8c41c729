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

  func run() async throws {
    try await orComplain {
      let call = try options.call()
      let answer = try await call.post("v1/admin/pairing-codes", json: ["terminal_id": terminal])
      try await show(code: answer, from: call, json: options.json)
    }
  }
}

/// The tills as the gateway knows them.
struct TillFleetCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "till",
    abstract: "Which tills the gateway knows; take one out of service, or give its name to another box.",
    subcommands: [List.self, Revoke.self, Replace.self])

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "All tills, how they stand, and when they were last seen.")

    @OptionGroup var options: GatewayOptions

    func run() async throws {
      try await orComplain {
        let call = try options.call()
        let answer = try await call.get("v1/admin/terminals")
        if options.json { return printJSON(answer) }
        let clock = try await call.clockFace()
        var table = TextTable(header: ["till", "standing", "certified until", "last seen"], figuresFrom: 4)
        for till in try JSONDecoder().decode([ListedTerminal].self, from: answer) {
          table.add([
            till.terminal.text, till.standing.words, till.certifiedUntil.map(clock.text) ?? "–",
            till.seenAt.map(clock.text) ?? "–",
          ])
        }
        table.show()
      }
    }
  }

  struct Revoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Answer a till nothing more, from this moment on.",
      discussion: """
        For a box that was stolen or sold. What it sold and has not sent can still be carried: `canteenctl ledger \
        export` there, `canteenctl ledger import` elsewhere.
        """)

    @OptionGroup var options: GatewayOptions

    @Argument(help: "Name of the till.")
    var terminal: String

    func run() async throws {
      try await orComplain {
        let id = try checked { () throws(IdentifierError) in try TerminalID(terminal) }
        _ = try await options.call().post("v1/admin/terminals/\(id)/revoke")
        if !options.json { print("\(id) is revoked; the gateway answers it nothing more.") }
      }
    }
  }

  struct Replace: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "A one-time code that gives a till's name to a new box.",
      discussion: """
        The new box goes on where the ledger of the old one ends at the gateway; from its pairing on the old box is \
        answered nothing more. What that has sold and not sent can still be carried.
        """)

    @OptionGroup var options: GatewayOptions

    @Argument(help: "Name of the till.")
    var terminal: String

    func run() async throws {
      try await orComplain {
        let id = try checked { () throws(IdentifierError) in try TerminalID(terminal) }
        let call = try options.call()
        let answer = try await call.post("v1/admin/terminals/\(id)/replace")
        try await show(code: answer, from: call, json: options.json)
      }
    }
  }
}

struct AuthorityCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "authority", abstract: "Who certifies this school's gateway and tills.",
    subcommands: [Change.self])

  struct Change: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make a new key for the authority.",
      discussion: """
        The old key introduces the new one, so that no till has to be visited. Certificates of the old key stay good until \
        they run out. Codes that were made before and not used yet are of no use any more. Back up the gateway's keys folder afterwards.
        """)

    @OptionGroup var options: GatewayOptions

    private struct Answer: Decodable { let generation: Int }

    func run() async throws {
      try await orComplain {
        let answer = try await options.call().post("v1/admin/authority/change")
        if options.json { return printJSON(answer) }
        let generation = try JSONDecoder().decode(Answer.self, from: answer).generation
        print(
          "key \(generation) certifies from now on; tills learn of it by themselves. Back up the keys folder."
        )
      }
    }
  }
}

extension ListedTerminal.Standing {
  fileprivate var words: String {
    switch self {
    case .paired: "paired"
    case .byHeader: "paired by an earlier version"
    case .expired: "certificate expired"
    case .lapsed: "certificate lapsed: pair again"
    case .revoked: "revoked"
    }
  }
}

private func show(code answer: Data, from call: LocalCall, json: Bool) async throws {
  struct Code: Decodable {
    let code: String
    let terminal_id: TerminalID
    let expires_at: Timestamp
    let pairing_port: Int
  }
  if json { return printJSON(answer) }
  let clock = try await call.clockFace()
  let code = try JSONDecoder().decode(Code.self, from: answer)
  let port = code.pairing_port == GatewayPorts.pairing ? "" : ":\(code.pairing_port)"
  print("\(code.code)  (for \(code.terminal_id), until \(clock.text(code.expires_at)))")
  print("at the box: canteend pair --gateway THIS-MACHINE\(port) --code \(code.code)")
}
