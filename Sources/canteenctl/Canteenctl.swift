import ArgumentParser

@main
struct Canteenctl: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "canteenctl", abstract: "Look after tills and their gateway.",
    subcommands: [
      StatusCommand.self, OrdersCommand.self, LibraryCommand.self, DoctorCommand.self, CameraCommand.self,
      PairingCodeCommand.self, GatewayOrdersCommand.self, EnrolCommand.self, ForgetCommand.self,
    ])
}
