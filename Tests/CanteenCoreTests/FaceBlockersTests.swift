import CanteenCore
import CanteenTestSupport
import Testing

struct FaceBlockersTests {
  private func session() throws -> CheckoutSession {
    CheckoutSession(settings: .init(), numbering: try OrderNumbering(prefix: "T1"), schoolTime: .noon)
  }

  @Test func `What one source finds fine again frees nothing that another blocks`() throws {
    var session = try session()
    _ = session.receive(.blocked([.libraryStale, .diskFull], by: .offlineLimits), at: .start)
    _ = session.receive(.blocked([.libraryEmpty], by: .library), at: .start)
    _ = session.receive(.blocked([], by: .library), at: .start)
    #expect(session.faceBlockers.all == [.libraryStale, .diskFull])
    _ = session.receive(.blocked([.diskFull], by: .offlineLimits), at: .start)
    #expect(session.faceBlockers.all == [.diskFull])
    _ = session.receive(.blocked([], by: .offlineLimits), at: .start)
    #expect(session.faceBlockers.isEmpty)
  }

  @Test func `Two sources that block for one reason both have to be fine again`() throws {
    var session = try session()
    _ = session.receive(.blocked([.ledgerFailed], by: .ledgerWrites), at: .start)
    _ = session.receive(.blocked([.ledgerFailed], by: .ledgerCheck), at: .start)
    _ = session.receive(.blocked([], by: .ledgerWrites), at: .start)
    #expect(session.faceBlockers.all == [.ledgerFailed])
  }

  @Test func `Faces are looked at anew under each new amount and after each word of the staff`() throws {
    var session = try session()
    #expect(session.identificationRound == nil)
    _ = try session.key(.manual(Fen(8_00)), at: .start)
    let first = try #require(session.identificationRound)
    #expect(first.amount != nil)
    session.allowRepeat(at: .start)
    let second = try #require(session.identificationRound)
    _ = try session.key(.manual(Fen(9_00)), at: .start)
    let third = try #require(session.identificationRound)
    #expect(first.number < second.number && second.number < third.number)
    #expect(
      second.amount == first.amount && third.amount != first.amount, "a word of the staff moves no amount")
    _ = session.receive(.cancelled, at: .start)
    #expect(session.identificationRound == nil)
  }
}
