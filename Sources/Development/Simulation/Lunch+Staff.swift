import CanteenCore
import Concurrency
import FaultInjection
import GatewayProtocol
import OrderLedger
import Terminal
import TillAPI

/// Staff who cheat: whatever the till lets them do, no more money may leave than was taken, and nobody else's.
extension Lunch {
  func cheat(at index: Int) async {
    guard let program = tills[index].program, !isBroken(index), !tills[index].isBehind,
      let orders = try? await program.ledger.recentOrders(atMost: 40), !orders.isEmpty,
      let cheat = try? OperatorID("cheat")
    else { return }
    let order = orders[draw(.hostileStaff, 0...orders.count - 1)]
    guard let number = try? OutTradeNumber(order.outTradeNumber) else { return }
    switch draw(.hostileStaff, 0...4) {
    case 0: await refundTwice(number, order, at: index, program, by: cheat)
    case 1: await undoPaid(orders, at: index, program, by: cheat)
    case 2: await undoAnothers(at: index, program, by: cheat)
    case 3: await overrideAnotherSale(number, at: index, program, by: cheat)
    default: guessPINs(at: index)
    }
  }

  /// Two refunds of the whole order at the same time, and one of more than was paid.
  private func refundTwice(
    _ number: OutTradeNumber, _ order: BookedOrder, at index: Int, _ program: SimulatedTill,
    by cheat: OperatorID
  ) async {
    guard order.state.isCharged, order.toCollect > .zero else { return }
    undoneByStaff.insert(number.text)
    let amounts = [order.toCollect, order.toCollect, order.toCollect + Fen(1)]
    let ledger = program.ledger
    let before = try? await ledger.refunds(of: number).filter { $0.state != .failed }
    let refunds = amounts.indices.compactMap { turn in
      try? Refund(
        outRefundNumber: OutRefundNumber("R-CHEAT-\(steps)-\(turn)"), outTradeNumber: number,
        amount: amounts[turn], operatorID: cheat, reason: "mine")
    }
    let taken = await withTaskGroup(of: Bool.self) { group in
      for refund in refunds { group.addTask { (try? await ledger.request(refund)) != nil } }
      return await group.reduce(into: 0) { if $1 { $0 += 1 } }
    }
    count("refunds_of_cheats")
    tills[index].mayHaveUnsent = true
    guard !isBroken(index), let before else { return }
    if taken > 1 || taken == 1 && !before.isEmpty {
      find("\(tills[index].box.id) lets a cheat give back more than \(number) cost")
    }
  }

  private func undoPaid(
    _ orders: [BookedOrder], at index: Int, _ program: SimulatedTill, by cheat: OperatorID
  ) async {
    guard let paid = orders.first(where: { $0.state == .paid }),
      let number = try? OutTradeNumber(paid.outTradeNumber)
    else { return }
    count("voids_of_cheats")
    let void = VoidOrder(outTradeNumber: number, operatorID: cheat, reason: "mine")
    if (try? await program.ledger.void(void)) != nil { find("\(number) is paid and was voided by a cheat") }
  }

  /// Orders of another till, by number.
  private func undoAnothers(at index: Int, _ program: SimulatedTill, by cheat: OperatorID) async {
    guard let other = tills.indices.first(where: { $0 != index }), let number = tills[other].shown.last else {
      return
    }
    count("undoing_of_anothers_order")
    let void = VoidOrder(outTradeNumber: number, operatorID: cheat, reason: "mine")
    let refund = try? Refund(
      outRefundNumber: OutRefundNumber("R-CHEAT-\(steps)"), outTradeNumber: number, amount: Fen(1),
      operatorID: cheat, reason: "mine")
    let isVoided = (try? await program.ledger.void(void)) != nil
    var isRefunded = false
    if let refund { isRefunded = (try? await program.ledger.request(refund)) != nil }
    if isVoided || isRefunded { find("\(tills[index].box.id) undoes \(number) of another till") }
  }

  /// An operator's word for one sale is used for the next.
  private func overrideAnotherSale(
    _ number: OutTradeNumber, at index: Int, _ program: SimulatedTill, by cheat: OperatorID
  ) async {
    guard let sale = await program.checkout.objectedSale, sale.number != number else { return }
    count("overrides_of_another_sale")
    let other = ObjectedSale(number: number, user: sale.user, objections: sale.objections)
    await program.checkout.override(StaffOverride(operatorID: cheat, reason: "mine"), of: other)
    if await program.checkout.objectedSale != sale {
      find("\(tills[index].box.id) lets the word for \(number) stand for \(sale.number)")
    }
  }

  /// Ten thousand PINs are not tried in a lunch, whoever's they are.
  private func guessPINs(at index: Int) {
    count("guessed_pins")
    let now = time.now()
    for turn in 0..<60 {
      guard let victim = try? OperatorID("operator\(turn % 3)") else { return }
      if tills[index].pins.try(victim, at: now) == nil { tills[index].guesses.append(now) }
    }
    let lately = tills[index].guesses.filter { $0.duration(to: now) < .seconds(3_600) }
    if lately.count > 40 { find("\(lately.count) PINs were tried at \(tills[index].box.id) within an hour") }
  }
}
