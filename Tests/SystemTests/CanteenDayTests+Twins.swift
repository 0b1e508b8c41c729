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

  /// Only one of the twins, who stands there for long: whoever comes next would end the question, and pay.
  private func filmOfOneTwin() throws -> URL {
    let film = folder.url.appending(path: "one-twin.yaml")
    try """
    width: 640
    height: 480
    fps: 25
    seed: 20261127
    loop: true
    visitors:
      - { picture: obama2.jpg, face: [195, 224, 276, 390], walk_in: 0.7, stand: 60, walk_out: 0.5, gap_after: 0.5 }
    """.write(to: film, atomically: true, encoding: .utf8)
    return film
  }

  @Test func `Twins with two phones: the tail typed at the student page says which one pays`() async throws {
    try await onStage(fixedAmount: nil, scenario: filmOfOneTwin()) { stage in
      try await enrolTwins(at: stage)
      try await stage.send(KeyedSale(yuan: "6"), to: TillOperations.keyAmount, at: .terminal)
      try await eventually("the question for the phone tail") {
        try await stage.tillStatus().counts.phoneTailsAsked >= 1
      }
      #expect(try await stage.tillOrders().isEmpty)
      try await stage.send(TypedTail(tail: "2222"), to: TillOperations.typeTail, at: .terminal)
      try await eventually("the twin's order") { try await !stage.tillOrders().isEmpty }
      try await stage.drain(atMost: .seconds(30))
      let charges = try await stage.charges()
      #expect(charges.map(\.user) == ["s00003"])
      #expect(charges.map(\.amount) == [Fen(600)])
    }
  }
}
