import Foundation

/// What one day's trade bill lists, before it is written.
struct TradeBill: Sendable {
  enum Kind: String, Sendable {
    case all = "ALL"
    case success = "SUCCESS"
    case refund = "REFUND"
  }

  enum Entry: Sendable {
    case payment(Transaction)
    case refund(Refund, of: Transaction)

    /// When the order was paid, or when its refund was asked for.
    var time: Date {
      switch self {
      case .payment(let transaction): transaction.successTime ?? .distantPast
      case .refund(let refund, _): refund.createTime
      }
    }

    var transaction: Transaction {
      switch self {
      case .payment(let transaction), .refund(_, let transaction): transaction
      }
    }

    var refund: Refund? {
      if case .refund(let refund, _) = self { refund } else { nil }
    }

    /// Fen that the payer paid in this entry.
    var paid: Int64 { refund == nil ? transaction.order.amount.total : 0 }
    /// Fen that were given back in this entry.
    var givenBack: Int64 { refund?.amount ?? 0 }
  }

  let kind: Kind
  /// In the order of time.
  let entries: [Entry]

  /// A refund stands in the bill of the day it was asked for; a closed one in none (*assumed*).
  init(_ kind: Kind, of day: BusinessDay, in bank: Bank) {
    self.kind = kind
    var entries: [Entry] = []
    if kind != .refund {
      entries += bank.transactions.values.filter { $0.successTime.map(BusinessDay.init(of:)) == day }
        .map(Entry.payment)
    }
    if kind != .success {
      entries += bank.refunds.values
        .filter { $0.status != .closed && BusinessDay(of: $0.createTime) == day }
        .compactMap { refund in
          bank.transactions[refund.outTradeNumber].map { .refund(refund, of: $0) }
        }
    }
    self.entries = entries.sorted {
      ($0.time, $0.transaction.transactionID ?? "", $0.refund?.refundID ?? "")
        < ($1.time, $1.transaction.transactionID ?? "", $1.refund?.refundID ?? "")
    }
  }
}
