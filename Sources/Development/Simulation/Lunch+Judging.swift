import CanteenCore
import FaultInjection
import Foundation
import Gateway
import GatewayProtocol
import GatewayStore
import OrderLedger
import Terminal
import TillAPI

/// What must hold at any moment, and what must hold when everything is drained.
extension Lunch {
  /// I1: whatever was shown as accepted is in the ledger after every start.
  func checkShownOrders(of index: Int, _ when: String) async {
    guard let program = tills[index].program, !tills[index].isBehind else { return }
    let booked = Set((try? await program.ledger.recentOrders(atMost: .max))?.map(\.outTradeNumber) ?? [])
    for number in tills[index].shown where !booked.contains(number.text) {
      result.lost += 1
      find("I1: \(tills[index].box.id) lost \(number) \(when)")
    }
  }

  /// I3 in the middle of the lunch: each difference has a name, and the name explains it.
  func checkTheBooks() async {
    guard brokenTills.isEmpty, !schoolIsBroken, !schoolForgot,
      tills.allSatisfy({ !$0.isBehind && $0.copy == nil }), let sides = await sides()
    else { return }
    // A code is charged before its till has told the gateway what became of it.
    let untold = Set(tills.flatMap { $0.codes.keys.map(\.text) }).subtracting(sides.states.keys)
    let books = Reconciliation(
      booked: sides.booked, kept: sides.kept, billed: billed.filter { !untold.contains($0.number) })
    for difference in books.differences where !difference.name.isExplained {
      find("I3: \(difference.name.rawValue) \(difference.number) \(difference.amount.yuan)")
    }
  }

  /// Lets everything come to rest: no more trouble, everybody runs, time goes on.
  func windDown() async {
    isWindingDown = true
    for platform in platforms { platform.calmDown() }
    schoolClock.set(offset: .zero)
    if schoolIsBroken || school == nil { await restartSchool() }
    for index in tills.indices {
      tills[index].network.calmDown()
      tills[index].box.disk.isFull = false
      tills[index].visit = nil
      if isBroken(index) || tills[index].program == nil { await restartTill(index) }
    }
    await lookAtSchoolClock()
    for index in tills.indices {
      await stopCopy(of: index)
      // Whatever a restored gateway lacks is noticed at the next lease, at the latest.
      _ = try? await tills[index].program?.core.prover.prove()
      tills[index].mayHaveUnsent = true
      // What somebody in between said that there was to hear says nothing.
      tills[index].eventsRead = -1
    }
    var unfinished: String?
    for _ in 0..<180 {
      clock.advance(to: after(10))
      while calls.underWay > 0, let (_, event) = agenda.next() {
        if case .callGoesOn(let call) = event { await goOn(call) }
      }
      for index in tills.indices { await routine(index) }
      await moveMoney()
      unfinished = await whatIsUnfinished()
      if unfinished == nil {
        if !schoolForgot { break }
        schoolForgot = false
        await repeatIntruder()
      }
    }
    if let unfinished { find("nothing comes to rest: \(unfinished)") }
    for index in tills.indices { await routine(index) }
  }

  private func whatIsUnfinished() async -> String? {
    for till in tills {
      guard let program = till.program else { return "\(till.box.id) is down" }
      if till.isBehind { return "\(till.box.id) waits for support" }
      if (try? await program.ledger.unsent(atMost: 1))?.isEmpty != true { return "\(till.box.id) sends" }
      if (try? await program.ledger.openCodes())?.isEmpty != true { return "\(till.box.id) has open codes" }
    }
    if calls.underWay > 0 { return "\(calls.underWay) calls are under way" }
    guard let due = try? await school?.store.nextDueTime() else { return nil }
    // What is delayed waits for the platform's next window, which is after this lunch.
    let wait = time.now().duration(to: due)
    return wait > .seconds(300) ? nil : "the gateway has work in \(wait.components.seconds) s"
  }

  func judge() async {
    guard let sides = await sides() else { return find("the books cannot be read") }
    let books = Reconciliation(booked: sides.booked, kept: sides.kept, billed: billed)
    result.unexplainedFen = books.unexplained.count
    for difference in books.differences where !difference.name.isExplained || difference.name == .unsent {
      if difference.name == .unsent { result.lost += 1 }
      find("I3: \(difference.name.rawValue) \(difference.number) \(difference.amount.yuan)")
    }
    for number in platforms.flatMap({ $0.altered }).sorted() {
      find("I2: other bytes were sent again under \(number)")
    }
    for (number, charge) in charges.sorted(by: { $0.key < $1.key }) where charge.times > 1 {
      result.duplicated += 1
      find("I2: \(number) was charged \(charge.times) times")
    }
    await judgeVisits()
    for platform in platforms { result.troubles.merge(platform.troubles, uniquingKeysWith: +) }
    for till in tills {
      result.troubles[Trouble.lostAnswers.rawValue, default: 0] += till.network.lostAnswers
      result.troubles.merge(till.network.lies, uniquingKeysWith: +)
    }
    for index in tills.indices { await judgeTill(index, kept: sides.states) }
  }

  /// I2: one presentation, at most one charge.
  private func judgeVisits() async {
    let charges = charges
    for till in tills {
      let byVisit = Dictionary(grouping: till.visitsOfOrders, by: \.value)
      for (visit, orders) in byVisit where !overriddenVisits.contains(visit) {
        let charged = orders.filter {
          charges[$0.key.text].map { $0.refunds.values.reduce(.zero, +) < $0.amount } ?? false
        }
        if charged.count > 1, result.findings.allSatisfy({ !$0.contains(charged[0].key.text) }) {
          result.duplicated += charged.count - 1
          find("I2: one visit was charged under \(charged.map(\.key.text).sorted())")
        }
      }
    }
  }

  private func judgeTill(_ index: Int, kept: [String: OrderState]) async {
    guard let program = tills[index].program else { return find("\(tills[index].box.id) is down at the end") }
    let id = tills[index].box.id
    do {
      try await program.ledger.verify()
      for order in try await program.ledger.openCodes() {
        find("\(id): nobody knows what became of the payment code of \(order.outTradeNumber)")
      }
      await checkShownOrders(of: index, "at the end")
      for order in try await program.ledger.recentOrders(atMost: .max) {
        guard let state = kept[order.outTradeNumber], state == order.state else {
          find(
            "\(id) says \(order.outTradeNumber) is \(order.state.rawValue), the gateway \(kept[order.outTradeNumber]?.rawValue ?? "nothing")"
          )
          continue
        }
        if [.voided, .refunded].contains(state), !undoneByStaff.contains(order.outTradeNumber) {
          find("\(order.outTradeNumber) of \(id) is \(state.rawValue), and nobody at \(id) wanted that")
        }
      }
    } catch {
      find("I9: \(id): \(error)")
    }
  }

  private func sides() async -> (
    booked: [Reconciliation.Booked], kept: [Reconciliation.Kept], states: [String: OrderState]
  )? {
    guard let school else { return nil }
    do {
      var booked: [Reconciliation.Booked] = []
      let orders = try await school.store.orders(atMost: .max)
      let keptNumbers = Set(orders.map(\.outTradeNumber))
      for till in tills {
        var codes = till.codes
        for order in try await till.program?.ledger.recentOrders(atMost: .max) ?? [] {
          let number = try OutTradeNumber(order.outTradeNumber)
          booked.append(.init(number: number, toCollect: order.toCollect))
          codes[number] = nil
        }
        // Codes without a meal: the gateway gives back what they took.
        booked += codes.filter { keptNumbers.contains($0.key.text) }.sorted { $0.key.text < $1.key.text }
          .map { .init(number: $0.key, toCollect: $0.value) }
      }
      // What an intruder signed is an order like any other; only its own till stands for it.
      for order in orders where order.terminal == intruder?.id.text {
        booked.append(.init(number: try OutTradeNumber(order.outTradeNumber), toCollect: order.toCollect))
      }
      let kept = try orders.map { order in
        guard let state = OrderState(rawValue: order.state) else { throw UnknownState(text: order.state) }
        return Reconciliation.Kept(
          number: try OutTradeNumber(order.outTradeNumber), toCollect: order.toCollect, state: state,
          refunded: order.refunded, refunding: order.refunding)
      }
      let states = Dictionary(uniqueKeysWithValues: kept.map { ($0.number.text, $0.state) })
      return (booked, kept, states)
    } catch {
      tell("the books cannot be read: \(error)")
      return nil
    }
  }

  private struct UnknownState: Error {
    let text: String
  }
}
