import ArgumentParser
import CanteenCore
import Foundation
import GatewayProtocol
import NIOCore
import TillAPI

struct LedgerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ledger", abstract: "Check the till's ledger, carry it away, bring another till's.",
    subcommands: [Verify.self, Export.self, Import.self, Recover.self, Rebuild.self])

  /// A whole ledger is read, and a full one takes minutes.
  private static let patience = TimeAmount.minutes(10)

  struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Read every entry and check chain and signatures.",
      discussion: "Exits with 1 when one is wrong.")

    @OptionGroup var till: TillOptions

    func run() async throws {
      try await orComplain {
        let answer = try await till.call.ask(TillOperations.verifyLedger, within: LedgerCommand.patience)
        if till.json { return printJSON(answer.json) }
        print("\(try answer.value().entries) entries, chain and signatures whole")
      }
    }
  }

  struct Rebuild: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make totals and order states anew from the entries.", discussion: "Changes no entry.")

    @OptionGroup var till: TillOptions

    func run() async throws {
      try await orComplain {
        let answer = try await till.call.ask(TillOperations.rebuildLedger, within: LedgerCommand.patience)
        if till.json { return printJSON(answer.json) }
        print("rebuilt from \(try answer.value().entries) entries")
      }
    }
  }

  struct Recover: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Fetch back from the gateway what a restored disk lost.",
      discussion: """
        What the till sold meanwhile, which the gateway never had, is booked again at the end of its ledger. Use it \
        only when no other box sells under this till's name; after a fork say so with --only-box.
        """)

    @OptionGroup var till: TillOptions

    @Flag(help: "No other box sells under this till's name: I made sure.")
    var onlyBox = false

    func run() async throws {
      try await orComplain {
        let answer = try await till.call.ask(
          TillOperations.recoverLedger, query: onlyBox ? "only_box=1" : nil, within: LedgerCommand.patience)
        if till.json { return printJSON(answer.json) }
        let now = try answer.value()
        print(
          """
          the ledger now ends at entry \(now.entries): \(now.fetched) fetched, \(now.setAside) of its own set aside, \
          \(now.broughtBack) of them booked again
          """)
      }
    }
  }

  struct Export: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write what the gateway does not have yet into a file to carry there.",
      discussion: "Only the gateway can read the file. Bring it with `canteenctl ledger import`.")

    @OptionGroup var till: TillOptions

    @Argument(help: "The file to write, for example on a USB stick.")
    var file: String

    @Flag(help: "Every entry, also what the gateway has.")
    var all = false

    @Flag(help: "Replace the file when it exists.")
    var force = false

    func run() async throws {
      try await orComplain {
        let place = try NewFile(file, mayReplace: force)
        let bytes = try await till.call.get(
          TillOperations.exportLedger.address(query: all ? "all=1" : nil), atMost: LedgerExport.mostBytes,
          within: LedgerCommand.patience)
        let export = try checked { () throws(LedgerExportError) in try LedgerExport(fileContents: bytes) }
        try place.write(bytes)
        if till.json {
          return printJSON(
            try CanonicalJSON.data(Written(file: file, first: export.first, last: export.last)))
        }
        print("\(file): entries \(export.first) to \(export.last) of \(export.terminal)")
      }
    }

    private struct Written: Encodable {
      let file: String
      let first: Int64
      let last: Int64
    }
  }

  struct Import: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Bring another till's exported file to the gateway.",
      discussion: """
        Without --to-gateway the till on this machine takes the file and brings it when the gateway answers. \
        Bringing a file twice changes nothing.
        """)

    @OptionGroup var till: TillAddress
    @OptionGroup var gateway: GatewayAddress

    @Flag(help: "Print the JSON of the till or gateway that took it.")
    var json = false

    @Argument(help: "A file made by `canteenctl ledger export`.")
    var file: String

    @Flag(help: "Give it to the gateway directly, with the admin token.")
    var toGateway = false

    func run() async throws {
      try await orComplain {
        guard let bytes = FileManager.default.contents(atPath: file) else {
          throw CommandError("The file \(file) cannot be read; check the path.")
        }
        guard bytes.count <= LedgerExport.mostBytes else {
          throw CommandError("The file \(file) is larger than \(LedgerExport.mostBytes >> 20) MB.")
        }
        let call = try toGateway ? gateway.call() : till.call
        let answer = try await call.post(
          toGateway ? "v1/admin/exports" : TillOperations.importLedger.address(), ByteBuffer(bytes: bytes),
          within: LedgerCommand.patience)
        if json { return printJSON(answer) }
        let carried = try JSONDecoder().decode(CarriedLedger.self, from: answer)
        print("the gateway has entries \(carried.first) to \(carried.last) of \(carried.terminal)")
      }
    }
  }
}
