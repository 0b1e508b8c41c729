import CanteenTestSupport
import Foundation
import Settings
import Testing

struct SettingsFileTests {
  private struct Settings: Codable, Equatable {
    struct Listen: Codable, Equatable {
      var port: Int
    }

    var listen: Listen
    var name: String?
    var lines: [Listen]?
  }

  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func read(_ text: String) throws -> Settings {
    let file = folder.url.appending(path: "settings.yaml")
    try text.write(to: file, atomically: true, encoding: .utf8)
    return try SettingsFile.read(Settings.self, from: file)
  }

  @Test func `Good settings are read`() throws {
    let settings = try read("listen: { port: 80 }\nlines:\n  - { port: 1 }\n  - { port: 2 }\n")
    #expect(
      settings == Settings(listen: .init(port: 80), name: nil, lines: [.init(port: 1), .init(port: 2)]))
  }

  @Test(arguments: [
    ("listen: { port: 80 }\nnaem: till", "\"naem\" is not a setting"),
    ("listen: { prot: 80, port: 80 }", "did you mean \"listen.port\"?"),
    ("listen: { port: 80 }\nlines: [{ port: 1, x: 2 }]", "\"lines.0.x\" is not a setting"),
    ("name: till", "\"listen\" is missing"),
    ("listen: { port: eighty }", "\"listen.port\""),
    ("listen: { port: 80", "line 2"),
    ("[1, 2]", "keys and values"),
  ])
  func `Anything else is refused with the place`(text: String, words: String) throws {
    let error = #expect(throws: SettingsError.self) { try read(text) }
    #expect(error?.reason.contains(words) == true, "\(error?.reason ?? "")")
  }

  @Test func `A file that is not there is named`() throws {
    let error = #expect(throws: SettingsError.self) {
      try SettingsFile.read(Settings.self, from: folder.url.appending(path: "none.yaml"))
    }
    #expect(error?.description.contains("none.yaml") == true)
  }
}
