import CanteenTestSupport
import Foundation
import Stage
import Testing

extension CanteenDayTests {
  @Test func `Till and gateway answer as docs/openapi describes, to what is meant and to what is not`()
    async throws
  {
    try await onStage(gateway: "canteen-rehearsal-gateway") { stage in
      let judge = TestMaterial.project("tools/test-api.py").path
      let cache = try TestMaterial.portraits.url().deletingLastPathComponent().path
      let said = try output(
        of: try TestMaterial.apiPython.url(),
        [
          judge, "--cache", cache, "--canteen", folder.url.appending(path: "stage").path, "--till",
          try await stage.address(of: .terminal), "--examples", "4",
        ])
      let figures = try #require(String(decoding: said, as: UTF8.self).split(separator: "\n").last)
      #expect(figures.contains(#""never_succeeded": []"#) && figures.contains(#""wrong": 0"#), "\(figures)")
    }
  }
}
