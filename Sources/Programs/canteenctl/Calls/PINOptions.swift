import ArgumentParser
import CanteenCore
import Foundation
import TillAPI

/// Where a PIN comes from. Never from an argument: other users of the machine can read those.
struct PINOptions: ParsableArguments {
  @Option(help: "File with the PIN; else $CANTEEN_PIN, else it is asked for.")
  var pinFile: String?

  /// - Parameter again: ask twice, for a PIN that is new.
  func pin(again: Bool = false) throws -> String {
    if let pinFile {
      guard let text = try? String(contentsOfFile: pinFile, encoding: .utf8) else {
        throw CommandError("The PIN file \(pinFile) cannot be read; check the path.")
      }
      return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }
    if let pin = ProcessInfo.processInfo.environment["CANTEEN_PIN"], !pin.isEmpty { return pin }
    guard let terminal = SilentTerminal() else {
      throw CommandError(
        "Nobody can be asked for the PIN here; name a file with --pin-file or set $CANTEEN_PIN.")
    }
    let pin = try terminal.ask("PIN: ")
    if again, try terminal.ask("The same PIN again: ") != pin {
      throw CommandError("The two PINs differ; nothing was changed.")
    }
    return pin
  }
}

/// Which operator gives the command, proved by the PIN.
struct StaffOptions: ParsableArguments {
  @Option(help: "Who does this, as the gateway knows the operator.")
  var `operator`: String

  @OptionGroup var pin: PINOptions

  func credentials() throws -> StaffCredentials {
    StaffCredentials(
      operator: try checked { () throws(IdentifierError) in try OperatorID(`operator`) }, pin: try pin.pin())
  }
}
