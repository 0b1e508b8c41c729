import ArgumentParser
import CanteenCore
import Foundation

struct OperatorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "operator", abstract: "Who may do what at the tills, each with a PIN.",
    subcommands: [Add.self, List.self, Remove.self])

  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Add an operator, or change name, role and PIN of one.",
      discussion: """
        A cashier opens and closes shifts, voids and prints again; a supervisor also refunds and overrides. \
        A PIN has 4 to 8 digits. Tills learn of it with their next lease.
        """)

    enum Role: String, ExpressibleByArgument, CaseIterable, Encodable {
      case cashier, supervisor
    }

    @OptionGroup var options: GatewayOptions
    @OptionGroup var pin: PINOptions

    @Argument(help: "Short name the operator keys at the till, for example zhang.")
    var id: String

    @Option(help: "The operator's full name, for reports.")
    var name: String

    @Option(help: "cashier or supervisor")
    var role = Role.cashier

    private struct NewOperator: Encodable {
      let name: String
      let role: Role
      let pin: String
    }

    func run() async throws {
      try await orComplain {
        let body = NewOperator(name: name, role: role, pin: try pin.pin(again: true))
        let answer = try await options.call().put("v1/admin/operators/\(try operatorID(id))", json: body)
        if options.json { return printJSON(answer) }
        print("\(id) \(name): \(role.rawValue)")
      }
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "All operators; never their PINs.")

    @OptionGroup var options: GatewayOptions

    private struct Listed: Decodable {
      let id, name, role: String
    }

    func run() async throws {
      try await orComplain {
        let answer = try await options.call().get("v1/admin/operators")
        if options.json { return printJSON(answer) }
        let operators = try JSONDecoder().decode([Listed].self, from: answer)
        if operators.isEmpty { return print("no operators yet") }
        var table = TextTable(header: ["operator", "name", "role"], figuresFrom: 3)
        for staff in operators { table.add([staff.id, staff.name, staff.role]) }
        table.show()
      }
    }
  }

  struct Remove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Take an operator's rights away at every till.")

    @OptionGroup var options: GatewayOptions

    @Argument(help: "The operator's short name.")
    var id: String

    func run() async throws {
      try await orComplain {
        let answer = try await options.call().delete("v1/admin/operators/\(try operatorID(id))")
        if options.json { return printJSON(answer) }
        print("\(id): removed; tills learn of it with their next lease")
      }
    }
  }
}

private func operatorID(_ text: String) throws -> OperatorID {
  try checked { () throws(IdentifierError) in try OperatorID(text) }
}
