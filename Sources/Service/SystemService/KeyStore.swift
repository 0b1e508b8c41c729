public import Crypto
public import Foundation

/// A folder of secrets that only its owner may read. Each is made when it is first asked for, and never again: a new key
/// in the place of a lost one would be taken for somebody else's. What was made is listed in a file beside the folder.
public struct KeyStore: Sendable {
  private let folder: URL
  private var list: URL { folder.appendingPathExtension("made") }

  /// - Parameter folder: made with mode 0700 when it does not exist.
  public init(folder: URL) throws(KeyStoreError) {
    self.folder = folder
    do {
      try FileManager.default.createDirectory(
        at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw KeyStoreError(file: folder.path, reason: error.localizedDescription)
    }
  }

  public func signingKey(named name: String) throws(KeyStoreError) -> P256.Signing.PrivateKey {
    try secret(
      named: "\(name).p256", make: { P256.Signing.PrivateKey().rawRepresentation },
      read: P256.Signing.PrivateKey.init(rawRepresentation:))
  }

  /// Whether it was made before, even if it is lost.
  public func hasSigningKey(named name: String) throws(KeyStoreError) -> Bool {
    do {
      return try madeBefore().contains("\(name).p256")
    } catch {
      throw KeyStoreError(file: list.path, reason: error.localizedDescription)
    }
  }

  public func sealingKey(named name: String) throws(KeyStoreError) -> P256.KeyAgreement.PrivateKey {
    try secret(
      named: "\(name).p256", make: { P256.KeyAgreement.PrivateKey().rawRepresentation },
      read: P256.KeyAgreement.PrivateKey.init(rawRepresentation:))
  }

  /// 256 random bits.
  public func symmetricKey(named name: String) throws(KeyStoreError) -> SymmetricKey {
    try secret(
      named: "\(name).key", make: { SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) } },
      read: SymmetricKey.init(data:))
  }

  /// A random text of 44 characters (256 bits in base64) that a person or program shows to be let in.
  public func token(named name: String) throws(KeyStoreError) -> String {
    try secret(
      named: "\(name).token",
      make: { SymmetricKey(size: .bits256).withUnsafeBytes { Data(Data($0).base64EncodedString().utf8) } },
      read: { String(decoding: $0, as: UTF8.self) })
  }

  private func secret<Secret>(
    named name: String, make: () -> Data, read: (Data) throws -> Secret
  ) throws(KeyStoreError) -> Secret {
    let file = folder.appending(path: name)
    do {
      let made = try madeBefore()
      if !FileManager.default.fileExists(atPath: file.path) {
        guard !made.contains(name) else { throw KeyIsLost() }
        try write(make(), to: file)
      }
      let secret = try read(Data(contentsOf: file))
      if !made.contains(name) { try write(Data((made + [name]).joined(separator: "\n").utf8), to: list) }
      return secret
    } catch let lost as KeyIsLost {
      throw KeyStoreError(file: file.path, reason: lost.description)
    } catch {
      throw KeyStoreError(file: file.path, reason: error.localizedDescription)
    }
  }

  private func madeBefore() throws -> [String] {
    guard FileManager.default.fileExists(atPath: list.path) else { return [] }
    return String(decoding: try Data(contentsOf: list), as: UTF8.self).split(separator: "\n").map(String.init)
  }

  private struct KeyIsLost: Error, CustomStringConvertible {
    var description: String { "it was made before and is gone" }
  }

  /// Writes beside the file and renames, so that a power cut leaves either no secret or a whole one.
  private func write(_ secret: Data, to file: URL) throws {
    let draft = file.appendingPathExtension("new")
    guard
      FileManager.default.createFile(
        atPath: draft.path, contents: secret, attributes: [.posixPermissions: 0o600])
    else { throw CocoaError(.fileWriteUnknown) }
    let handle = try FileHandle(forWritingTo: draft)
    try handle.synchronize()
    try handle.close()
    guard rename(draft.path, file.path) == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
  }
}

public struct KeyStoreError: Error, Equatable, CustomStringConvertible {
  public let file: String
  public let reason: String

  public var description: String {
    "The key file \(file) cannot be used (\(reason)); check its owner and permissions, or restore it from a backup."
  }
}
