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
          \(now.broughtBack) booked again
          """)
      }
    }
  }

  struct Export: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write what the gateway does not have yet into a file to carry there.",
      discussion: """
        Only the gateway can read the file: a line for each 5,000 entries. Bring it with `canteenctl ledger import`.
        """)

    @OptionGroup var till: TillOptions

    @Argument(help: "The file to write, for example on a USB stick.")
    var file: String

    @Flag(help: "Every entry, also what the gateway has.")
    var all = false

    @Flag(help: "Replace the file when it exists.")
    var force = false

    func run() async throws {
      try await orComplain {
        var written = CarriedParts()
        try await NewFile(file, mayReplace: force).write { stick in
          var place: Int64? = all ? 0 : nil
          while let line = try await nextPart(after: place, isFirst: written.isEmpty) {
            let part = try checked { () throws(LedgerExportError) in try LedgerExport(line: line) }
            try stick.write(contentsOf: line + [UInt8(ascii: "\n")])
            written.add(part)
            place = part.last
          }
        }
        if till.json { return printJSON(try CanonicalJSON.data(Written(file: file, parts: written))) }
        print("\(file): \(written)")
      }
    }

    /// nil behind the last entry.
    private func nextPart(after place: Int64?, isFirst: Bool) async throws -> Data? {
      do {
        return try await till.call.get(
          TillOperations.exportLedger.address(query: place.map { "after=\($0)" }),
          atMost: LedgerExport.mostBytes, within: LedgerCommand.patience)
      } catch let complaint as CommandError where complaint.reason == .nothingToExport && !isFirst {
        return nil
      }
    }

    private struct Written: Encodable {
      let file: String
      let terminal: TerminalID?
      let first: Int64
      let last: Int64

      init(file: String, parts: CarriedParts) {
        self.file = file
        terminal = parts.terminal
        first = parts.first
        last = parts.last
      }

      private enum CodingKeys: String, CodingKey {
        case file
        case terminal = "terminal_id"
        case first
        case last
      }
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
        let call = try toGateway ? gateway.call() : till.call
        var (brought, kept) = (CarriedParts(), CarriedParts())
        var (entries, strays, reason) = (0, 0, "")
        try await LedgerFile(path: file).forEachPart { part, line in
          do {
            let answer = try await call.post(
              toGateway ? "v1/admin/exports" : TillOperations.importLedger.address(), ByteBuffer(bytes: line),
              within: LedgerCommand.patience)
            let carried = try JSONDecoder().decode(CarriedLedger.self, from: answer)
            (entries, strays) = (entries + carried.entries, strays + carried.strays)
            brought.add(part)
          } catch let complaint as CommandError where complaint.reason == .waiting {
            kept.add(part)
            reason = complaint.description
          }
        }
        guard kept.isEmpty else {
          throw CommandError("\(reason) Kept at this till: \(kept).")
        }
        guard let terminal = brought.terminal else {
          throw CommandError(LedgerExportError.notAnExport.description)
        }
        if json {
          return printJSON(
            try CanonicalJSON.data(
              CarriedLedger(
                terminal: terminal, first: brought.first, last: brought.last, entries: entries, strays: strays
              )))
        }
        print("the gateway has \(brought)")
        if strays > 0 {
          print(
            """
            \(strays) of them stand beside the ledger of \(terminal), which holds others in their place: run \
            `canteenctl ledger recover` there to book them again
            """)
        }
      }
    }
  }
}

/// Parts of a ledger that went from one place to another, each named on standard error while more follow.
private struct CarriedParts: CustomStringConvertible {
  private(set) var terminal: TerminalID?
  private(set) var first: Int64 = 0
  private(set) var last: Int64 = 0

  var isEmpty: Bool { terminal == nil }

  mutating func add(_ part: LedgerExport) {
    if isEmpty {
      (terminal, first) = (part.terminal, part.first)
    }
    last = part.last
    guard part.last - part.first >= Int64(LedgerExport.mostEntries - 1) else { return }
    FileHandle.standardError.write(Data("\(self) …\n".utf8))
  }

  var description: String {
    terminal.map { "entries \(first) to \(last) of \($0)" } ?? "no entries"
  }
}
