import CanteenTestSupport
import FaceRecognition
import Foundation
import RecognitionTrials
import Testing

/// Films of several people, before a till with the real recognition, checkout and ledger.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct TheatreTests {
  private let theatre: Theatre
  private let till: TheatreTill

  init() throws {
    let recognizer = try FaceRecognizer(models: RecognitionModels(folder: TestMaterial.models.url()))
    let (theatre, library) = try Theatre.usual(
      portraits: TestMaterial.portraits.url(), recognizer: recognizer)
    self.theatre = theatre
    till = TheatreTill(recognizer: recognizer, library: library)
  }

  @Test(arguments: Scene.Kind.allCases)
  func `Whoever stood nearest and alone pays, and nobody else`(kind: Scene.Kind) async throws {
    let scene = try theatre.scene(kind, seed: 1)
    let outcome = try await till.play(scene)
    #expect(outcome.wrong(in: scene).map(\.person) == [])
    #expect(outcome.doubles == [])
    #expect(outcome.missed(in: scene) == [])
  }
}
