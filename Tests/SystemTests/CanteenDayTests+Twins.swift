import CanteenCore
import CanteenTestSupport
import Foundation
import Stage
import Testing
import TillAPI

extension CanteenDayTests {
  /// The stage's first pupil gets a twin with a phone of another guardian; both from the list the school keeps.
  private func enrolTwins(at stage: DemoStage) async throws {
    let photos = folder.url.appending(path: "photos")
    try FileManager.default.createDirectory(at: photos, withIntermediateDirectories: true)
    for (portrait, name) in [("obama2.jpg", "s00001.jpg"), ("obama3.jpg", "s00003.jpg")] {
      try Data(TestMaterial.portrait(portrait)).write(to: photos.appending(path: name))
    }
    try """
    out_user_id,display_name,phone,contract_account
    s00001,学生甲,13800001111,account-a
    s00003,学生丙,13900002222,account-c
    """.write(toFile: folder.path("twins.csv"), atomically: true, encoding: .utf8)
    try await stage.signContract(for: "s00003")
    try await stage.administer([
      "enrol", "--csv", folder.path("twins.csv"), "--folder", photos.path, "--allow-look-alike",
    ])
    // Whoever is new is published at once, and a moment later once more with whom they look like; the report waits for
    // that. Until the till has it, the first pupil has no twin.
    try await stage.administer(["look-alikes"])
    try await eventually("the till knows the twin") {
      try await stage.post("api/library/sync", to: .terminal)
      return try await stage.tillStatus().people == 3
    }
  }

  @Test func `Twins with two phones: the tail typed at the student page says which one pays`() async throws {
    try await onStage(fixedAmount: nil) { stage in
      try await enrolTwins(at: stage)
      // Whoever is no twin may stand there first, and pays; then the next amount is the twins'.
      var yuan: Int64 = 6
      try await stage.post("api/amount", to: .terminal, body: #"{"yuan":"\#(yuan)"}"#)
      try await eventually("the question for the phone tail") {
        if try await stage.tillStatus().counts.phoneTailsAsked >= 1 { return true }
        if try await stage.tillOrders().contains(where: { $0.amount == Fen(yuan * 100) }) {
          yuan += 1
          try await stage.post("api/amount", to: .terminal, body: #"{"yuan":"\#(yuan)"}"#)
        }
        return false
      }
      let asked = Fen(yuan * 100)
      #expect(try await !stage.tillOrders().contains { $0.amount == asked })
      try await stage.post("api/student/tail", to: .terminal, body: #"{"tail":"2222"}"#)
      try await eventually("the twin's order") {
        try await stage.tillOrders().contains { $0.amount == asked }
      }
      try await stage.drain(atMost: .seconds(30))
      let paid = try await stage.charges().filter { $0.amount == asked }
      #expect(paid.map(\.user) == ["s00003"])
    }
  }
}
