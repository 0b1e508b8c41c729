import CanteenTestSupport
import Foundation
import Stage
import Testing

/// A list of people enrolled with `canteenctl` at a running gateway.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct ListEnrolmentTests {
  private let folder: TemporaryFolder
  private let photos: URL

  init() throws {
    folder = try TemporaryFolder()
    photos = folder.url.appending(path: "photos")
    try FileManager.default.createDirectory(at: photos, withIntermediateDirectories: true)
  }

  private func onStage(_ play: (DemoStage) async throws -> Void) async throws {
    let stage = DemoStage(
      plan: StagePlan(
        programs: Bundle.main.bundleURL.appending(path: "."), models: try TestMaterial.models.url(),
        portraits: try TestMaterial.portraits.url(),
        scenario: TestMaterial.project("scenarios/canteen-line.yaml"), web: TestMaterial.project("Web"),
        folder: folder.url.appending(path: "stage"),
        ports: .any, fixedAmount: nil))
    do {
      try await stage.setUp()
      try await play(stage)
    } catch {
      await stage.stop()
      throw error
    }
    await stage.stop()
  }

  /// What `canteenctl enrol` wrote as its report, and whether its exit code was 0.
  private func enrol(
    at stage: DemoStage, _ options: [String] = []
  ) async throws -> (rows: [[Substring]], everybody: Bool) {
    var everybody = true
    do {
      try await stage.administer(
        [
          "enrol", "--csv", folder.path("students.csv"), "--folder", photos.path, "--report",
          folder.path("report.csv"), "--force",
        ] + options)
    } catch is StageError {
      everybody = false
    }
    let report = try String(contentsOfFile: folder.path("report.csv"), encoding: .utf8)
    return (report.split(separator: "\r\n").map { $0.split(separator: ",") }, everybody)
  }

  private func put(_ portrait: String, as name: String) throws {
    try Data(TestMaterial.portrait(portrait)).write(to: photos.appending(path: name))
  }

  private func files() throws -> Set<String> {
    Set(try FileManager.default.contentsOfDirectory(atPath: photos.path))
  }

  @Test func `Photographs go once their person is enrolled, and never those of who was refused`() async throws
  {
    // The stage enrolled 学生甲 from obama.jpg.
    let pupil = (id: "s00001", name: "学生甲")
    try await onStage { stage in
      try put("astronaut.png", as: "new001.png")
      try put("obama2.jpg", as: "twice1.jpg")
      try put("obama3.jpg", as: "\(pupil.id)_2.jpg")
      try put("biden.jpg", as: "nobody.jpg")
      try """
      out_user_id,display_name
      new001,新
      twice1,双
      \(pupil.id),\(pupil.name)
      """.write(toFile: folder.path("students.csv"), atomically: true, encoding: .utf8)

      let judged = try await enrol(at: stage, ["--check"])
      #expect(!judged.everybody)
      #expect(try files().count == 4)

      let first = try await enrol(at: stage)
      #expect(!first.everybody)
      let results = first.rows.filter { $0.count > 3 }.map { "\($0[1]) \($0[3])" }
      #expect(results.contains("new001 enrolled"))
      #expect(results.contains("twice1 duplicate"))
      #expect(results.contains("\(pupil.id) enrolled"))
      #expect(try files() == ["twice1.jpg", "nobody.jpg"])

      try """
      out_user_id,display_name
      new001,新
      \(pupil.id),\(pupil.name)
      """.write(toFile: folder.path("students.csv"), atomically: true, encoding: .utf8)
      let again = try await enrol(at: stage)
      #expect(again.everybody)
      #expect(again.rows.contains { $0.contains("already_enrolled") })
    }
  }
}
