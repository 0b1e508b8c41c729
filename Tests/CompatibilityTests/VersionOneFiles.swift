import CanteenCore
import CanteenTestSupport
import Crypto
import Foundation
import GRDB
import GatewayProtocol

@testable import Gateway

/// Files as the first version of till and gateway left them, in `version-1`: databases as SQL, keys made for them.
///
/// The till has a shift open and six orders: two paid, one delayed, one taken by staff, and two that it has not sent,
/// of which one is voided. Its library holds three people whose faces are ``SyntheticFaces`` of seed 7.
struct VersionOneFiles {
  private struct Till: Decodable {
    let device, sealing, library, gateway, templates, guardians: String
    let guardian_accounts: String
    let identity: Identity
    let lease: SignedText
    let now: Int64

    struct Identity: Decodable {
      let terminal: TerminalID
      let organization: OrganizationID
    }
  }

  let folder: TemporaryFolder
  private let till: Till

  init() throws {
    folder = try TemporaryFolder()
    let files = TestMaterial.project("Tests/CompatibilityTests/version-1")
    till = try JSONDecoder().decode(Till.self, from: Data(contentsOf: files.appending(path: "till.json")))
    for name in ["ledger", "library", "gateway"] {
      let sql = try String(contentsOf: files.appending(path: "\(name).sql"), encoding: .utf8)
      let database = try DatabaseQueue(path: folder.path("\(name).sqlite"))
      try database.writeWithoutTransaction { try $0.execute(sql: sql) }
      try database.close()
    }
  }

  var terminal: TerminalID { till.identity.terminal }
  var organization: OrganizationID { till.identity.organization }
  var lease: SignedText { till.lease }
  /// When the last entry was written.
  var now: Timestamp { Timestamp(millisecondsSince1970: till.now) }
  var origin: EmbeddingOrigin { EmbeddingOrigin(modelSHA256: "abc", engine: "opencv-4.6", aligner: 1) }

  var device: P256.Signing.PrivateKey {
    get throws { try P256.Signing.PrivateKey(rawRepresentation: Data(hex: till.device)) }
  }
  var sealing: P256.KeyAgreement.PrivateKey {
    get throws { try P256.KeyAgreement.PrivateKey(rawRepresentation: Data(hex: till.sealing)) }
  }
  var libraryKey: SymmetricKey { get throws { SymmetricKey(data: try Data(hex: till.library)) } }
  var gateway: P256.Signing.PrivateKey {
    get throws { try P256.Signing.PrivateKey(rawRepresentation: Data(hex: till.gateway)) }
  }
  var templates: TemplateVault {
    get throws { TemplateVault(key: SymmetricKey(data: try Data(hex: till.templates)), origin: origin) }
  }
  var guardians: GuardianVault {
    get throws {
      GuardianVault(
        key: SymmetricKey(data: try Data(hex: till.guardians)),
        accountKey: SymmetricKey(data: try Data(hex: till.guardian_accounts)))
    }
  }
}

private struct NotHex: Error {}

extension Data {
  fileprivate init(hex text: String) throws {
    self.init()
    var rest = Substring(text)
    while !rest.isEmpty {
      guard let byte = UInt8(rest.prefix(2), radix: 16) else { throw NotHex() }
      append(byte)
      rest = rest.dropFirst(2)
    }
  }
}
