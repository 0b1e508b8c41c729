import CanteenCore
import Testing

struct ReconciliationTests {
  private let number: OutTradeNumber

  init() throws {
    number = try OutTradeNumber("ORDER-0001")
  }

  private func books(
    booked: Fen? = Fen(12_00), kept: OrderState? = .paid, keptAmount: Fen = Fen(12_00), refunded: Fen = .zero,
    charged: Fen? = Fen(12_00), chargedBack: Fen = .zero, charges: Int = 1
  ) -> Reconciliation {
    Reconciliation(
      booked: booked.map { [.init(number: number, toCollect: $0)] } ?? [],
      kept: kept.map { [.init(number: number, toCollect: keptAmount, state: $0, refunded: refunded)] } ?? [],
      billed: charged.map {
        [.init(number: number.text, charged: $0, refunded: chargedBack, charges: charges)]
      } ?? [])
  }

  @Test func `What is the same on all three sides is no difference`() {
    #expect(books().differences.isEmpty)
    #expect(books().unexplained == .zero)
  }

  @Test(arguments: [
    (OrderState.uploaded, Reconciliation.Name.waiting), (.delayed, .delayed), (.failed, .failed),
    (.riskRejected, .riskRejected), (.voided, .voided), (.takenByStaff, .takenByStaff),
    (.nothingToCollect, .nothingToCollect),
  ])
  func `Money that was not taken has a name`(state: OrderState, name: Reconciliation.Name) {
    let books = books(kept: state, charged: nil)
    #expect(books.differences.map(\.name) == [name])
    #expect(books.unexplained == .zero)
  }

  @Test func `An order the gateway lacks is unsent; a refund that both sides know is explained`() {
    #expect(books(kept: nil, charged: nil).differences.map(\.name) == [.unsent])
    let refunded = books(refunded: Fen(5_00), chargedBack: Fen(5_00))
    #expect(refunded.differences.map(\.name) == [.refunded])
    #expect(refunded.unexplained == .zero)
  }

  @Test func `Everything else is unexplained, to the fen`() {
    let cases: [(Reconciliation, Reconciliation.Name, Fen)] = [
      (books(charged: nil), .missingAtPlatform, Fen(12_00)),
      (books(charged: Fen(11_99)), .amountDiffers, Fen(1)),
      (books(keptAmount: Fen(13_00)), .amountDiffers, Fen(1_00)),
      (books(charged: Fen(24_00), charges: 2), .chargedTwice, Fen(12_00)),
      (books(chargedBack: Fen(2_00)), .refundDiffers, Fen(2_00)),
      (books(kept: .failed), .chargedButNotKept, Fen(12_00)),
      (books(kept: nil), .chargedButNotKept, Fen(12_00)),
      (books(booked: nil), .unknownAtTill, Fen(12_00)),
      (books(booked: nil, kept: nil), .neverBooked, Fen(12_00)),
    ]
    for (books, name, amount) in cases {
      #expect(books.differences.map(\.name) == [name])
      #expect(books.unexplained == amount, "\(name)")
    }
  }

  @Test func `A charge under a void is unexplained until it is given back`() {
    #expect(books(kept: .voided).unexplained == Fen(12_00))
    #expect(books(kept: .refunded, refunded: Fen(12_00), chargedBack: Fen(12_00)).unexplained == .zero)
  }
}
