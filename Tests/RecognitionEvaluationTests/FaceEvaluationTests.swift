import CanteenCore
import CanteenTestSupport
import FaceRecognition
import Foundation
import RecognitionEvaluation
import Testing

@Suite(.serialized) struct FaceEvaluationTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func put(_ portrait: String, as path: String) throws {
    let file = folder.url.appending(path: path)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(TestMaterial.portrait(portrait)).write(to: file)
  }

  private func trial(enrolling shots: Int = 3) throws -> FaceEvaluation {
    FaceEvaluation(
      recognizer: try FaceRecognizer(models: RecognitionModels(folder: TestMaterial.models.url())),
      policy: IdentificationPolicy(), shotsToEnrol: shots, progress: { _ in })
  }

  @Test func `Folders and numbered files name the same people`() throws {
    try put("obama.jpg", as: "folders/barack/a.jpg")
    try put("biden.jpg", as: "folders/joe/1.jpg")
    try put("obama.jpg", as: "files/barack_1.jpg")
    try put("obama2.jpg", as: "files/barack_2.JPG")
    try put("biden.jpg", as: "files/joe_0001.jpg")
    try Data("notes".utf8).write(to: folder.url.appending(path: "files/notes_1.txt"))
    let folders = try PhotoSet(folder: folder.url.appending(path: "folders"))
    let files = try PhotoSet(folder: folder.url.appending(path: "files"))
    #expect(folders.people.map(\.name) == ["barack", "joe"])
    #expect(files.people.map(\.name) == ["barack", "joe"])
    #expect(files.people[0].photos.count == 2)
  }

  @Test func `A folder without people is refused with what to do`() throws {
    try put("obama.jpg", as: "one/barack_1.jpg")
    let one = folder.url.appending(path: "one")
    #expect(throws: TrialError.tooFewPeople(one.path, 1)) { try PhotoSet(folder: one) }
    let nowhere = folder.url.appending(path: "nowhere")
    #expect(throws: TrialError.unreadableFolder(nowhere.path)) { try PhotoSet(folder: nowhere) }
  }

  @Test func `Known people are named, strangers are not, and unusable photographs are listed`() throws {
    for (portrait, path) in [
      ("obama.jpg", "barack_1.jpg"), ("obama2.jpg", "barack_2.jpg"), ("obama3.jpg", "barack_3.jpg"),
      ("biden.jpg", "joe_1.jpg"), ("biden.jpg", "joe_2.jpg"), ("astronaut.png", "eileen_1.png"),
    ] {
      try put(portrait, as: path)
    }
    try Data("not a picture".utf8).write(to: folder.url.appending(path: "joe_3.jpg"))
    let report = try trial(enrolling: 2).run(on: PhotoSet(folder: folder.url))
    #expect(report.people == 3 && report.enrolled == 3 && report.templates == 4)
    #expect(report.refusals.map(\.photo).map { $0.suffix(9) } == ["joe_3.jpg"])
    // One shot of each of two people is left to probe; one person has a single shot.
    #expect(report.truePositive?.count == 2 && report.truePositive?.trials == 2)
    #expect(report.falseNegative?.count == 0)
    #expect(report.misidentified?.count == 0)
    #expect(report.falsePositive?.count == 0 && report.falsePositive?.trials == 6)
    #expect((report.falsePositive?.upper ?? 0) > 0.4)
    #expect(report.curve.first?.falsePositive ?? 0 > 0)
    #expect(report.curve.last?.falseNegative ?? 0 >= 0.5)
    #expect(report.svg.hasPrefix("<svg") && report.svg.contains("FPIR"))
  }

  @Test func `The curve only falls on one side and rises on the other`() throws {
    try put("obama.jpg", as: "barack_1.jpg")
    try put("obama2.jpg", as: "barack_2.jpg")
    try put("biden.jpg", as: "joe_1.jpg")
    let curve = try trial().run(on: PhotoSet(folder: folder.url)).curve
    #expect(zip(curve, curve.dropFirst()).allSatisfy { $0.falsePositive >= $1.falsePositive })
    #expect(zip(curve, curve.dropFirst()).allSatisfy { $0.falseNegative <= $1.falseNegative })
  }

  @Test func `With one shot a person there is nothing to probe with`() throws {
    try put("obama.jpg", as: "barack_1.jpg")
    try put("biden.jpg", as: "joe_1.jpg")
    #expect(throws: TrialError.nothingToProbe) { try trial().run(on: PhotoSet(folder: folder.url)) }
  }
}
