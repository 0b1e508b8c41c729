import CanteenCore
import Concurrency
import Foundation
import GatewayProtocol
import Logging
import TillAPI

/// Compares PINs, one at a time and on a thread of its own: each takes a tenth of a second of a core on purpose.
actor PINDesk {
  private let file: URL
  private let logger: Logger
  private let executor = BlockingExecutor(label: "canteen.pins")
  private var guarding: PINGuard

  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  init(folder: URL, logger: Logger) {
    file = folder.appending(path: "pin-tries.json")
    self.logger = logger
    guarding = Self.kept(in: file, logger) ?? PINGuard()
  }

  func admit(_ shown: StaffCredentials, among operators: [Operator], at now: Timestamp) throws -> Operator {
    if let wait = guarding.try(shown.operator, at: now) {
      throw StaffRefusal.tooManyTries(seconds: wait.components.seconds + 1)
    }
    keep()
    guard let staff = operators.first(where: { $0.id == shown.operator }), staff.pin.matches(shown.pin) else {
      throw StaffRefusal.wrongPIN
    }
    guarding.succeeded(staff.id)
    keep()
    return staff
  }

  private func keep() {
    do {
      try CanonicalJSON.data(guarding).write(to: file, options: .atomic)
    } catch {
      logger.warning("Wrong PINs are counted only until the next start", metadata: ["error": "\(error)"])
    }
  }

  private static func kept(in file: URL, _ logger: Logger) -> PINGuard? {
    guard FileManager.default.fileExists(atPath: file.path) else { return nil }
    do {
      return try JSONDecoder().decode(PINGuard.self, from: Data(contentsOf: file))
    } catch {
      logger.warning("The count of wrong PINs cannot be read", metadata: ["error": "\(error)"])
      return nil
    }
  }
}
