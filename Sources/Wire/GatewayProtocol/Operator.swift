public import CanteenCore
import Crypto
import CryptoExtras
import Foundation

/// One member of the staff, as leases carry them: a till checks PINs without the network.
public struct Operator: Sendable, Hashable, Codable {
  public let id: OperatorID
  public let name: String
  public let role: OperatorRole
  public let pin: PINHash

  public init(id: OperatorID, name: String, role: OperatorRole, pin: PINHash) {
    self.id = id
    self.name = name
    self.role = role
    self.pin = pin
  }
}

/// What is kept of a PIN: scrypt of it with a salt of its own.
///
/// A PIN of six digits cannot withstand somebody who has the file for long; scrypt makes each guess cost
/// about 30 ms and 16 MiB, and a till closes its keypad after five wrong ones.
public struct PINHash: Sendable, Hashable, Codable {
  private static let (rounds, blockSize, parallelism) = (1 << 14, 8, 1)

  private let salt: Data
  private let hash: Data

  /// - Throws: ``PINError`` unless the PIN is 4 to 8 digits and not one digit repeated.
  public init(_ pin: String) throws {
    guard (4...8).contains(pin.utf8.count), pin.utf8.allSatisfy({ (48...57).contains($0) }),
      Set(pin.utf8).count > 1
    else { throw PINError() }
    salt = SymmetricKey(size: .bits128).withUnsafeBytes { Data($0) }
    hash = try Self.derive(pin, salt)
  }

  public func matches(_ pin: String) -> Bool {
    guard (4...8).contains(pin.utf8.count), let shown = try? Self.derive(pin, salt) else { return false }
    // Hashes of the hashes are compared, so that the time taken tells nothing.
    return SHA256.hash(data: shown) == SHA256.hash(data: hash)
  }

  private static func derive(_ pin: String, _ salt: Data) throws -> Data {
    try KDF.Scrypt.deriveKey(
      from: Data(pin.utf8), salt: salt, outputByteCount: 32, rounds: rounds, blockSize: blockSize,
      parallelism: parallelism
    ).withUnsafeBytes { Data($0) }
  }
}

public struct PINError: Error, Equatable, CustomStringConvertible {
  public var description: String { "A PIN has 4 to 8 digits that are not all the same." }
}
