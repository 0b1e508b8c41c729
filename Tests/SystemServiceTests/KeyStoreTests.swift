import CanteenTestSupport
import Crypto
import Foundation
import SystemService
import Testing

struct KeyStoreTests {
  private let folder: TemporaryFolder
  private var keys: URL { folder.url.appending(path: "keys") }

  init() throws { folder = try TemporaryFolder() }

  @Test func `A secret is made once and is the same at each start`() throws {
    let first = try KeyStore(folder: keys).signingKey(named: "device")
    #expect(
      try KeyStore(folder: keys).signingKey(named: "device").rawRepresentation == first.rawRepresentation)
    let mode = try FileManager.default.attributesOfItem(atPath: keys.appending(path: "device.p256").path)[
      .posixPermissions]
    #expect(mode as? Int == 0o600)
  }

  @Test func `A secret that is lost is not replaced by another, not even when all are lost`() throws {
    let store = try KeyStore(folder: keys)
    let device = try store.signingKey(named: "device").rawRepresentation
    _ = try store.symmetricKey(named: "library")
    let file = keys.appending(path: "device.p256")
    try FileManager.default.removeItem(at: file)
    #expect(throws: KeyStoreError.self) { try KeyStore(folder: keys).signingKey(named: "device") }
    #expect(!FileManager.default.fileExists(atPath: file.path))
    _ = try store.symmetricKey(named: "library")
    try device.write(to: file)
    #expect(try store.signingKey(named: "device").rawRepresentation == device)
    try FileManager.default.removeItem(at: keys)
    #expect(throws: KeyStoreError.self) { try KeyStore(folder: keys).symmetricKey(named: "library") }
  }

  @Test func `Secrets of earlier versions are known from their first use on`() throws {
    let store = try KeyStore(folder: keys)
    let token = try store.token(named: "admin")
    try FileManager.default.removeItem(at: keys.appendingPathExtension("made"))
    #expect(try store.token(named: "admin") == token)
    try FileManager.default.removeItem(at: keys.appending(path: "admin.token"))
    #expect(throws: KeyStoreError.self) { try store.token(named: "admin") }
  }
}
