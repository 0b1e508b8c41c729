import ArgumentParser
import Foundation

/// What every command to the till takes.
struct TillOptions: ParsableArguments {
  @OptionGroup var address: TillAddress

  @Flag(help: "Print the till's JSON as it is.")
  var json = false

  var call: LocalCall { address.call }
}

/// How commands reach the till on this machine.
struct TillAddress: ParsableArguments {
  @Option(help: "Unix socket of canteend; also $CANTEEN_SOCKET.")
  var socket: String?

  var call: LocalCall {
    let path = socket ?? ProcessInfo.processInfo.environment["CANTEEN_SOCKET"] ?? "/run/canteen/canteend.sock"
    let host = path.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? path
    return LocalCall(
      base: "http+unix://\(host)", headers: [("host", "localhost")],
      hint: "No till answers at \(path); start canteend, or name its socket with --socket.")
  }
}

/// What every command to the gateway takes.
struct GatewayOptions: ParsableArguments {
  @OptionGroup var address: GatewayAddress

  @Flag(help: "Print the gateway's JSON as it is.")
  var json = false

  func call() throws -> LocalCall { try address.call() }
}

/// How commands reach the gateway.
struct GatewayAddress: ParsableArguments {
  @Option(help: "Address of the gateway; also $CANTEEN_GATEWAY.")
  var gateway: String?

  @Option(help: "File with the admin token; also $CANTEEN_ADMIN_TOKEN_FILE.")
  var tokenFile: String?

  func call() throws -> LocalCall {
    let environment = ProcessInfo.processInfo.environment
    let address = gateway ?? environment["CANTEEN_GATEWAY"] ?? "http://127.0.0.1:8780"
    let file =
      tokenFile ?? environment["CANTEEN_ADMIN_TOKEN_FILE"] ?? "/var/lib/canteen-gateway/keys/admin.token"
    guard let token = try? String(contentsOfFile: file, encoding: .utf8) else {
      throw CommandError("The admin token \(file) cannot be read; name the file with --token-file.")
    }
    return LocalCall(
      base: address, headers: [("authorization", "Bearer \(token)")],
      hint: "No gateway answers at \(address); start canteen-gateway, or name its address with --gateway.")
  }
}
