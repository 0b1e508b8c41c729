public import CanteenCore
public import Stage
public import TillAPI

/// Remembers what the tills showed and confirmed, out of reach of every kill.
public actor ObservedOrders {
  private var shown: Set<LedgerSnapshot.ShownOrder> = []
  private var keyed: [Fen: (times: Int, confirmed: Int)] = [:]
  private var sales: [DemoStage.Role: TillView.Sale] = [:]

  public init() {}

  public var orders: Int { shown.count }

  public func see(_ page: TillView, of till: DemoStage.Role) {
    sales[till] = page.sale
    if page.sale.phase == .accepted, let number = page.sale.number, let amount = page.sale.amount {
      shown.insert(.init(number: number, amount: amount))
    }
    for order in page.recent {
      shown.insert(.init(number: order.outTradeNumber, amount: order.amount))
    }
  }

  /// The page says that the sale of this amount is through.
  public func isAccepted(_ amount: Fen, at till: DemoStage.Role) -> Bool {
    sales[till].map { $0.phase == .accepted && $0.amount == amount } ?? false
  }

  /// Noted before the key is sent: it may arrive although nobody answers.
  public func willKey(_ amount: Fen) { keyed[amount, default: (0, 0)].times += 1 }

  /// The till answered that the order is booked.
  public func confirmed(_ amount: Fen) { keyed[amount, default: (0, 0)].confirmed += 1 }

  public var shownOrders: [LedgerSnapshot.ShownOrder] { Array(shown) }

  public var keyedAmounts: [LedgerSnapshot.KeyedAmount] {
    keyed.map { .init(amount: $0.key, times: $0.value.times, confirmed: $0.value.confirmed) }
  }
}
