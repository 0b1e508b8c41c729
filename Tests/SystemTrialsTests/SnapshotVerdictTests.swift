import CanteenCore
import SystemTrials
import Testing

/// The judge of every crash: each fault it must name, and the differences that are none.
struct ReconciliationTests {
  private static let number = "20261121till1ABCDEF000001"

  /// One order of ¥3.50 that every book has: shown, booked, uploaded, paid, charged once.
  private static var whole: LedgerSnapshot {
    LedgerSnapshot(
      shown: [.init(number: number, amount: Fen(350))],
      keyed: [.init(amount: Fen(350), times: 1, confirmed: 1)],
      tills: [booked(.paid)], gateway: [booked(.paid)], platform: [charged()])
  }

  private static func booked(_ state: OrderState, _ fen: Int64 = 350) -> LedgerSnapshot.ListedOrder {
    .init(number: number, amount: Fen(fen), state: state)
  }

  private static func charged(_ times: Int = 1, _ fen: Int64 = 350) -> LedgerSnapshot.PlatformCharge {
    .init(number: number, amount: Fen(fen), charges: times)
  }

  private func reconcile(_ change: (inout LedgerSnapshot) -> Void) -> SnapshotVerdict {
    var books = Self.whole
    change(&books)
    return SnapshotVerdict(of: books)
  }

  private func expect(
    _ result: SnapshotVerdict, lost: Int = 0, duplicated: Int = 0, unexplained: Int64 = 0,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(result.lost == lost, "\(result.findings)", sourceLocation: sourceLocation)
    #expect(result.duplicated == duplicated, "\(result.findings)", sourceLocation: sourceLocation)
    #expect(result.unexplained == Fen(unexplained), "\(result.findings)", sourceLocation: sourceLocation)
    #expect(
      result.holds == (lost == 0 && duplicated == 0 && unexplained == 0), sourceLocation: sourceLocation)
  }

  @Test func `Books that agree hold, and so do empty ones`() {
    expect(reconcile { _ in })
    #expect(reconcile { _ in }.orders == 1)
    expect(SnapshotVerdict(of: LedgerSnapshot()))
  }

  // MARK: Lost

  @Test func `An order that was shown and that no till has is lost, and counted once`() {
    let result = reconcile {
      $0.tills = []
      $0.gateway = []
      $0.platform = []
    }
    expect(result, lost: 1)
    #expect(
      result.findings == ["order \(Self.number): ¥3.50 was shown as accepted and is in no till's ledger"])
  }

  @Test func `A key that the till confirmed needs an order of that amount, even if no number was shown`() {
    let result = reconcile {
      $0.keyed = [.init(amount: Fen(350), times: 5, confirmed: 3)]
    }
    expect(result, lost: 2)
  }

  @Test func `A key without an answer may have been booked or not`() {
    expect(reconcile { $0.keyed = [.init(amount: Fen(350), times: 4, confirmed: 0)] })
  }

  @Test func `An uploaded order that the gateway does not know is lost`() {
    let result = reconcile {
      $0.tills = [Self.booked(.uploaded)]
      $0.gateway = []
      $0.platform = []
    }
    expect(result, lost: 1, unexplained: 350)
  }

  @Test func `An order that the gateway has and that its till forgot is lost`() {
    expect(
      reconcile {
        $0.shown = []
        $0.keyed = []
        $0.tills = []
      }, lost: 1, unexplained: 350)
  }

  @Test(arguments: [OrderState.paid, .advanced])
  func `An order shown as paid that the platform never charged is lost`(state: OrderState) {
    let result = reconcile {
      $0.tills = [Self.booked(state)]
      $0.gateway = [Self.booked(state)]
      $0.platform = []
    }
    expect(result, lost: 1, unexplained: 350)
  }

  // MARK: Doubled

  @Test func `One number twice in a book is a duplicate`() {
    let twice = [Self.booked(.paid), Self.booked(.paid)]
    expect(
      reconcile {
        $0.keyed = []
        $0.tills = twice
      }, duplicated: 1, unexplained: 350)
    expect(reconcile { $0.gateway = twice }, duplicated: 1, unexplained: 350)
  }

  @Test func `One number charged three times is two too many`() {
    expect(reconcile { $0.platform = [Self.charged(3)] }, duplicated: 2, unexplained: 700)
  }

  @Test func `One presentation charged under a second number that no till booked is a duplicate`() {
    expect(
      reconcile { $0.platform.append(.init(number: "other1", amount: Fen(350), charges: 1)) },
      duplicated: 1, unexplained: 350)
  }

  @Test func `One key that became two orders is a duplicate, though both are booked and paid`() {
    let second = "20261121till1ABCDEF000002"
    let result = reconcile {
      $0.tills.append(.init(number: second, amount: Fen(350), state: .paid))
      $0.gateway.append(.init(number: second, amount: Fen(350), state: .paid))
      $0.platform.append(.init(number: second, amount: Fen(350), charges: 1))
    }
    expect(result, duplicated: 1)
  }

  // MARK: Unexplained

  @Test(arguments: [OrderState.failed, .riskRejected, .takenByStaff])
  func `A charge for an order that is closed without one is unexplained`(state: OrderState) {
    expect(
      reconcile {
        $0.tills = [Self.booked(state)]
        $0.gateway = [Self.booked(state)]
      }, unexplained: 350)
  }

  @Test func `Till and gateway that close one order differently are unexplained`() {
    expect(reconcile { $0.tills = [Self.booked(.failed)] }, unexplained: 350)
  }

  @Test func `A till that claims a payment its gateway does not know of is unexplained`() {
    expect(
      reconcile {
        $0.gateway = [Self.booked(.failed)]
        $0.platform = []
      }, lost: 1, unexplained: 350)
  }

  @Test func `Amounts that differ between books are unexplained by the widest gap`() {
    expect(reconcile { $0.gateway = [Self.booked(.paid, 530)] }, unexplained: 180)
    expect(reconcile { $0.platform = [Self.charged(1, 349)] }, unexplained: 1)
    expect(reconcile { $0.shown = [.init(number: Self.number, amount: Fen(400))] }, unexplained: 50)
  }

  @Test func `A plus of one order does not hide the minus of another`() {
    let second = "20261121till1ABCDEF000002"
    let result = reconcile {
      $0.gateway = [Self.booked(.paid, 351)]
      $0.platform = [Self.charged(1, 351)]
      $0.tills.append(.init(number: second, amount: Fen(351), state: .paid))
      $0.gateway.append(.init(number: second, amount: Fen(350), state: .paid))
      $0.platform.append(.init(number: second, amount: Fen(350), charges: 1))
    }
    expect(result, unexplained: 2)
  }

  // MARK: Named states explain

  @Test func `An unsent order is safe in its ledger: neither lost nor unexplained`() {
    expect(
      reconcile {
        $0.tills = [Self.booked(.accepted)]
        $0.gateway = []
        $0.platform = []
      })
  }

  @Test(arguments: [OrderState.accepted, .uploaded, .delayed], [0, 1])
  func `An open order may be charged or not`(state: OrderState, charges: Int) {
    expect(
      reconcile {
        $0.tills = [Self.booked(state)]
        $0.gateway = [Self.booked(state == .accepted ? .uploaded : state)]
        $0.platform = charges == 0 ? [] : [Self.charged()]
      })
  }

  @Test(arguments: [OrderState.failed, .riskRejected, .takenByStaff])
  func `An order that is closed without a charge holds`(state: OrderState) {
    expect(
      reconcile {
        $0.tills = [Self.booked(state)]
        $0.gateway = [Self.booked(state)]
        $0.platform = [Self.charged(0)]
      })
  }

  @Test func `A payment that the till has not heard of yet is explained`() {
    expect(reconcile { $0.tills = [Self.booked(.uploaded)] })
  }
}
