import ArgumentParser
import CanteenCore

@main
struct Canteenctl: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "canteenctl", abstract: "Look after tills and their gateway.",
    version: ProductVersion.current,
    groupedSubcommands: [
      CommandGroup(
        name: "At the till",
        subcommands: [
          StatusCommand.self, DoctorCommand.self, OrdersCommand.self, VoidCommand.self, RefundCommand.self,
          ReceiptCommand.self, ExplainCommand.self, ShiftCommand.self, AuditCommand.self, LedgerCommand.self,
          LibraryCommand.self,
          CameraCommand.self,
        ]),
      CommandGroup(
        name: "At the gateway",
        subcommands: [
          PairingCodeCommand.self, TillFleetCommand.self, AuthorityCommand.self, EnrolCommand.self,
          LookAlikesCommand.self, ForgetCommand.self,
          BarCommand.self,
          OperatorCommand.self,
          GatewayOrdersCommand.self, ReportCommand.self, ReconcileCommand.self,
        ]),
      CommandGroup(
        name: "With photographs", subcommands: [EvaluateCommand.self]),
    ])
}
