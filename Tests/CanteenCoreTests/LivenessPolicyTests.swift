import CanteenCore
import Foundation
import Testing

struct LivenessPolicyTests {
  @Test func `Only enforcing refuses, and only an artefact`() {
    let artefact = LivenessVerdict.artefact(.flat)
    #expect(!LivenessPolicy.enforce.admits(artefact))
    #expect(LivenessPolicy.enforce.admits(.undecided))
    #expect(LivenessPolicy.enforce.admits(.alive))
    for policy in [LivenessPolicy.off, .record] { #expect(policy.admits(artefact)) }
  }

  @Test func `Evidence is one word and numbers in an order, and reads back`() throws {
    for verdict in [LivenessVerdict.alive, .undecided, .artefact(.displayGrid), .artefact(.noInfraredFace)] {
      let evidence = LivenessEvidence(verdict: verdict, samples: 5, cues: ["turn": 4.5])
      let text = try JSONEncoder().encode(evidence)
      #expect(try JSONDecoder().decode(LivenessEvidence.self, from: text) == evidence)
    }
    let text = String(
      decoding: try JSONEncoder().encode(
        LivenessEvidence(verdict: .artefact(.surroundingsMove), samples: 5, cues: [:])), as: UTF8.self)
    #expect(text.contains("\"artefact:surroundings_move\""))
  }

  @Test(arguments: ["dead", "artefact", "artefact:", "artefact:ghost", ""])
  func `A verdict nobody gave is not read`(text: String) {
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(LivenessVerdict.self, from: Data("\"\(text)\"".utf8))
    }
  }
}
