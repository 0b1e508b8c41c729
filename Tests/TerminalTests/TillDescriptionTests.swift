import CanteenCore
import CanteenTestSupport
import Crypto
import Foundation
import Logging
import OpenAPIDescription
import SystemService
import Testing
import TillAPI

@testable import Terminal

/// docs/openapi/till.yaml says what the till answers to.
struct TillDescriptionTests {
  private let description: APIDescription

  init() throws {
    description = try APIDescription(yaml: TestMaterial.project("docs/openapi/till.yaml"))
  }

  @Test func `Every call of the till is described, and nothing else is`() throws {
    let folder = try TemporaryFolder()
    let state = folder.url.appending(path: "state")
    try FileManager.default.createDirectory(at: state, withIntermediateDirectories: true)
    try identity().write(to: state)
    let settings = folder.url.appending(path: "till.yaml")
    try """
    listen: { port: 0 }
    state: state
    socket: state/canteend.sock
    models: "\(TestMaterial.models.url().path)"
    web: "\(TestMaterial.project("Web").path)"
    camera: { device: /dev/video0 }
    """.write(to: settings, atomically: true, encoding: .utf8)
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let till = try TerminalAssembly(
      settingsFile: settings, clock: ManualClock(), wallClock: ManualWallClock(), logger: logger, manager: nil
    )
    #expect(try description.differences(from: till.router(logger: logger)).isEmpty)
  }

  private func identity() throws -> TerminalIdentity {
    TerminalIdentity(
      terminal: try TerminalID("till-1"), organization: try OrganizationID("O1000"),
      gateway: try #require(URL(string: "http://127.0.0.1:1")),
      gatewayKey: P256.Signing.PrivateKey().publicKey.x963Representation, certificate: "", authority: "")
  }

  @Test func `The words of the description are the words of the till`() throws {
    #expect(try description.words("RefusalReason") == RefusalReason.allCases.map(\.rawValue))
    #expect(try description.words("SalePhase") == SalePhase.allCases.map(\.rawValue))
    #expect(try description.words("NoticeCode") == NoticeCode.allCases.map(\.rawValue))
    #expect(try description.words("StudentScreen") == StudentView.Screen.allCases.map(\.rawValue))
    #expect(try description.words("FaceBlocker") == FaceBlocker.allCases.map(\.rawValue))
    #expect(try description.words("OrderState") == OrderState.allCases.map(\.rawValue))
    #expect(try description.words("Payer") == Payer.Kind.allCases.map(\.rawValue))
    #expect(try description.words("MoneyCollection") == MoneyCollection.Kind.allCases.map(\.rawValue))
    #expect(try description.words("TakenBeside") == TakenBeside.allCases.map(\.rawValue))
    #expect(try description.words("AmountMode") == AmountMode.allCases.map(\.rawValue))
  }
}
