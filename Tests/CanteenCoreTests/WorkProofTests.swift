import CanteenCore
import Testing

struct WorkProofTests {
  private enum Loop { case checkout, vision, uploader }

  private func at(_ seconds: Int64) -> MonotonicInstant { MonotonicInstant(sinceStart: .seconds(seconds)) }

  @Test func `The proof is complete when every loop did a round, and then owes it anew`() {
    var proof = WorkProof<Loop>(loops: [.checkout, .uploader])
    #expect(proof.receive(.roundDone(.checkout), at: .start) == false)
    #expect(proof.receive(.roundDone(.uploader), at: .start) == true)
    #expect(proof.receive(.roundDone(.uploader), at: at(1)) == false)
    #expect(proof.receive(.roundDone(.checkout), at: at(1)) == true)
  }

  @Test func `A loop that stands still is not made up for by busy ones`() {
    var proof = WorkProof<Loop>(loops: [.checkout, .vision, .uploader])
    for second in Int64(0)..<100 {
      #expect(proof.receive(.roundDone(.vision), at: at(second)) == false)
      #expect(proof.receive(.roundDone(.checkout), at: at(second)) == false)
    }
    #expect(proof.late(at: at(100)) == [.uploader])
  }

  @Test func `A closed camera owes nothing until it is called`() {
    var proof = WorkProof<Loop>(loops: [.checkout, .vision], resting: [.vision])
    #expect(proof.receive(.roundDone(.checkout), at: at(1)) == true)
    #expect(proof.receive(.called(.vision), at: at(2)) == false)
    #expect(proof.receive(.roundDone(.checkout), at: at(3)) == false)
    #expect(proof.receive(.roundDone(.vision), at: at(4)) == true)
    #expect(proof.receive(.rests(.vision, until: nil), at: at(5)) == false)
    #expect(proof.receive(.roundDone(.checkout), at: at(6)) == true)
  }

  @Test func `A camera that closes while the proof waits for it completes the proof`() {
    var proof = WorkProof<Loop>(loops: [.checkout, .vision])
    #expect(proof.receive(.roundDone(.checkout), at: at(1)) == false)
    #expect(proof.receive(.rests(.vision, until: nil), at: at(2)) == true)
  }

  @Test func `Who backs off is excused until the moment named, called or not, and no longer`() {
    var proof = WorkProof<Loop>(loops: [.checkout, .uploader])
    _ = proof.receive(.rests(.uploader, until: at(60)), at: at(1))
    _ = proof.receive(.called(.uploader), at: at(2))
    #expect(proof.receive(.roundDone(.checkout), at: at(59)) == true)
    #expect(proof.receive(.roundDone(.checkout), at: at(60)) == false)
    #expect(proof.late(at: at(60)) == [.uploader])
  }

  @Test func `Resting alone proves nothing`() {
    var proof = WorkProof<Loop>(loops: [.uploader])
    #expect(proof.receive(.rests(.uploader, until: at(60)), at: at(1)) == false)
    #expect(proof.receive(.rests(.uploader, until: at(60)), at: at(2)) == false)
  }
}
