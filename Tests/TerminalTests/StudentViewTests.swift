import CanteenCore
import CanteenTestSupport
import Testing
import TillAPI

@testable import Terminal

struct StudentViewTests {
  private typealias Snapshot = CheckoutService.Snapshot

  private func view(
    _ phase: CheckoutSession.Phase = .idle, notice: StaffNotice? = nil, blockers: Set<FaceBlocker> = [],
    camera: CameraProtection.Phase = .preRecognition
  ) -> StudentView {
    var snapshot = Snapshot()
    snapshot.phase = phase
    snapshot.notice = notice
    snapshot.faceBlockers = blockers
    snapshot.cameraPhase = camera
    return StudentView(snapshot, hints: [.init(zh: "请再靠近一点", en: "Come closer")], price: nil)
  }

  private func awaiting() throws -> CheckoutSession.Phase {
    var session = CheckoutSession(
      settings: .init(), numbering: try OrderNumbering(prefix: "T1"), schoolTime: .noon)
    _ = try session.key(.manual(Fen(1_250)), at: .start)
    return session.phase
  }

  @Test func `An idle till guides, with what the camera would like`() {
    #expect(view().screen == .guide)
    #expect(view().hints.count == 1)
  }

  @Test func `A closed camera offers the wake button`() {
    #expect(view(camera: .closed).screen == .wake)
  }

  @Test func `A locked amount is shown with the request to look`() throws {
    let view = view(try awaiting(), camera: .postRecognition)
    #expect(view.screen == .lookHere)
    #expect(view.amount == Fen(1_250))
  }

  @Test func `A stranger learns of the other ways to pay, and still sees the amount`() throws {
    let view = view(try awaiting(), notice: .notRecognised, camera: .postRecognition)
    #expect(view.screen == .notRecognised)
    #expect(view.amount == Fen(1_250))
    #expect(view.hints.isEmpty)
  }

  private func asked() throws -> CheckoutSession.Phase {
    var session = CheckoutSession(
      settings: .init(), numbering: try OrderNumbering(prefix: "T1"), schoolTime: .noon)
    _ = try session.key(.manual(Fen(1_250)), at: .start)
    let twins = [
      try LibraryPerson.sample("s00001", .sample("mother", tail: "1234")),
      try LibraryPerson.sample("s00002", .sample("father", tail: "5678")),
    ]
    _ = session.receive(.lookAlikes(.sample(twins)), at: .start)
    _ = session.receive(.phoneTail(try #require(PhoneTail("9999"))), at: .start)
    return session.phase
  }

  @Test func `Who is asked for the phone tail sees the amount and the tries left, and no name`() throws {
    let view = view(try asked(), camera: .postRecognition)
    #expect(view.screen == .phoneTail)
    #expect(view.amount == Fen(1_250))
    #expect(view.triesLeft == 2)
    #expect(view.name == nil && view.hints.isEmpty)
  }

  @Test func `Whom nothing tells from a look-alike is sent to the other ways`() throws {
    let view = view(try awaiting(), notice: .notToldApart(.triesUsedUp), camera: .postRecognition)
    #expect(view.screen == .otherWay)
    #expect(view.triesLeft == nil)
  }

  @Test(arguments: FaceBlocker.allCases)
  func `I5: whatever blocks faces, the student is sent to the other ways`(blocker: FaceBlocker) throws {
    #expect(view(try awaiting(), blockers: [blocker]).screen == .unavailable)
  }
}

struct PercentileTests {
  @Test func `Percentiles are times that happened`() {
    let times = TillStatus.Percentiles(of: (1...100).map(Double.init).shuffled())
    #expect(times.p50 == 50)
    #expect(times.p95 == 95)
    #expect(TillStatus.Percentiles(of: []).p95 == nil)
    #expect(TillStatus.Percentiles(of: [7]).p50 == 7)
  }
}
