import CanteenCore
import FaultInjection
import Foundation
import Gateway
import GatewayProtocol
import GatewayStore
import OrderLedger
import TillAPI

/// The troubles of a lunch; each kind draws from random numbers of its own.
extension Lunch {
  /// Mean seconds between two troubles of a kind; nil for kinds that are not put on the agenda.
  private static func pause(of trouble: Trouble) -> Int? {
    switch trouble {
    case .networkLoss: 400
    case .lateBatches: 90
    case .gatewayKills: 300
    case .tillKills: 240
    case .powerCuts: 500
    case .fullDisk: 700
    case .clockJumps: 600
    case .blockedUsers: 300
    case .refunds: 60
    case .hostileTill: 20
    case .gatewayClock: 900
    case .oldDisks: 500
    case .twoBoxes: 1_500
    case .gatewayBackups: 700
    case .hostileStaff: 60
    case .captivePortal: 900
    case .lyingProxy: 600
    case .strangeAnswers, .secondPlatform, .lostAnswers, .platformErrors, .poorUsers, .twins, .voids,
      .paymentCodes:
      nil
    }
  }

  func planNext(_ trouble: Trouble) {
    guard let pause = Self.pause(of: trouble) else { return }
    agenda.add(.trouble(trouble), at: after(Double(draw(trouble, 1...2 * pause))))
  }

  func draw(_ trouble: Trouble, _ range: ClosedRange<Int>) -> Int {
    troubleRandom[trouble]?.pick(range) ?? range.lowerBound
  }

  func strike(_ trouble: Trouble) async {
    guard !isWindingDown else { return }
    planNext(trouble)
    let index = draw(trouble, 0...tills.count - 1)
    let id = tills[index].box.id
    if Self.isAlwaysFelt(trouble) { count(trouble.rawValue) }
    switch trouble {
    case .networkLoss:
      tell("\(id) loses its network")
      tills[index].network.set(online: false)
      agenda.add(.heal(trouble, till: index), at: after(Double(draw(trouble, 10...600))))
    case .lateBatches:
      if let repeated = try? await tills[index].network.repeatAnEarlierBatch(), repeated {
        count(trouble.rawValue)
      }
    case .gatewayKills: killSchool()
    case .tillKills: killTill(index)
    case .powerCuts: cutPower(index)
    case .fullDisk:
      tell("the disk of \(id) is full")
      tills[index].box.disk.isFull = true
      agenda.add(.heal(trouble, till: index), at: after(Double(draw(trouble, 20...200))))
    case .clockJumps:
      let seconds = [-86_400, -3_600, -90, 90, 3_600, 86_400][draw(trouble, 0...5)]
      tell("somebody sets the clock of \(id) by \(seconds) s")
      tills[index].box.clock.jump(by: .seconds(seconds))
    case .blockedUsers:
      let student = canteen.students[draw(trouble, 0...canteen.students.count - 1)]
      tell("the contract of \(student.user.outUserID) ends")
      platform(of: student.user).endContract(of: student.user.outUserID)
    case .refunds: await refundSomething(at: index)
    case .hostileTill: await intrude()
    case .gatewayClock:
      let seconds = [-86_400, -3_600, 3_600, 86_400][draw(trouble, 0...3)]
      tell("somebody sets the clock of the gateway by \(seconds) s")
      schoolClock.set(offset: .seconds(seconds))
      await lookAtSchoolClock()
      agenda.add(.heal(trouble, till: index), at: after(Double(draw(trouble, 10...200))))
    case .oldDisks: await changeDisk(of: index)
    case .twoBoxes: await startCopy(of: index)
    case .gatewayBackups: restoreSchool()
    case .hostileStaff: await cheat(at: index)
    case .captivePortal:
      tell("a portal answers \(id)")
      tills[index].network.set(captive: true)
      agenda.add(.heal(trouble, till: index), at: after(Double(draw(trouble, 10...300))))
    case .lyingProxy:
      tell("somebody stands between \(id) and the gateway")
      tills[index].network.set(lying: true)
      agenda.add(.heal(trouble, till: index), at: after(Double(draw(trouble, 60...400))))
    case .strangeAnswers, .secondPlatform, .lostAnswers, .platformErrors, .poorUsers, .twins, .voids,
      .paymentCodes:
      break
    }
  }

  func heal(_ trouble: Trouble, at index: Int) async {
    switch trouble {
    case .networkLoss: tills[index].network.set(online: true)
    case .fullDisk: tills[index].box.disk.isFull = false
    case .captivePortal: tills[index].network.set(captive: false)
    case .lyingProxy: tills[index].network.set(lying: false)
    case .gatewayClock:
      schoolClock.set(offset: .zero)
      await lookAtSchoolClock()
    default: break
    }
  }

  private static func isAlwaysFelt(_ trouble: Trouble) -> Bool {
    switch trouble {
    case .networkLoss, .fullDisk, .clockJumps, .blockedUsers, .gatewayClock: true
    default: false
    }
  }

  /// As the gateway does by itself a moment later.
  func lookAtSchoolClock() async {
    dueKnownAt = -1
    guard !schoolIsBroken else { return }
    _ = try? await school?.scheduler.pullIn()
  }

  private func killTill(_ index: Int) {
    guard let program = tills[index].program, !isBroken(index) else { return }
    result.kills += 1
    count(Trouble.tillKills.rawValue)
    tell("\(tills[index].box.id) is killed")
    if draw(.tillKills, 0...1) == 0 {
      // In the middle of the next upload, after the gateway took it.
      tills[index].network.inTheMiddleOfTheNextUpload { program.ledger.close() }
    } else {
      program.ledger.close()
    }
    brokenTills.insert(index)
    agenda.add(.restartTill(index), at: after(Double(draw(.tillKills, 5...40))))
  }

  private func cutPower(_ index: Int) {
    guard !isBroken(index), tills[index].program != nil else { return }
    result.kills += 1
    count(Trouble.powerCuts.rawValue)
    let operations = draw(.powerCuts, 0...30)
    tell("the power of \(tills[index].box.id) goes after \(operations) more operations of its disk")
    tills[index].box.disk.cutPower(
      afterOperations: operations, seed: UInt64(draw(.powerCuts, 0...1_000_000)))
    brokenTills.insert(index)
    // A box without a clock chip comes back with the time of its last shutdown, or with none.
    if plan.troubles.contains(.clockJumps), draw(.powerCuts, 0...2) == 0 {
      tills[index].box.clock.jump(by: .seconds(-draw(.powerCuts, 60...200_000)))
    }
    agenda.add(.restartTill(index), at: after(Double(draw(.powerCuts, 10...90))))
  }

  func restartTill(_ index: Int) async {
    guard let program = tills[index].program else { return }
    program.ledger.close()
    tills[index].program = nil
    do {
      try tills[index].box.disk.restorePower()
    } catch {
      find("\(tills[index].box.id): \(error)")
    }
    brokenTills.remove(index)
    tell("\(tills[index].box.id) starts again")
    await startTill(index)
  }

  private func killSchool() {
    guard let school, !schoolIsBroken else { return }
    result.kills += 1
    schoolIsBroken = true
    count(calls.underWay > 0 ? "gateway_kills_during_calls" : Trouble.gatewayKills.rawValue)
    let (how, store) = (draw(.gatewayKills, 0...2), school.store)
    tell("the gateway is killed, \(["now", "in the middle of a call to the platform", "by the power"][how])")
    switch how {
    case 0: store.close()
    case 1: platforms[draw(.gatewayKills, 0...platforms.count - 1)].inTheMiddleOfTheNextCall { store.close() }
    default:
      schoolDisk.cutPower(
        afterOperations: draw(.gatewayKills, 0...20), seed: UInt64(draw(.gatewayKills, 0...1_000_000)))
    }
    agenda.add(.restartSchool, at: after(Double(draw(.gatewayKills, 5...60))))
  }

  func restartSchool() async {
    school?.store.close()
    school = nil
    do {
      try schoolDisk.restorePower()
      try putSchoolBack()
      try startSchool()
      try await school?.scheduler.askFirst()
      schoolIsBroken = false
      tell("the gateway starts again")
    } catch {
      find("the gateway does not start: \(error)")
    }
  }

  private func refundSomething(at index: Int) async {
    guard let program = tills[index].program,
      let orders = try? await program.ledger.recentOrders(atMost: 60), let staff = try? OperatorID("anna")
    else { return }
    let paid = orders.filter { $0.state.isCharged && $0.toCollect > .zero }
    guard !paid.isEmpty else { return }
    let order = paid[draw(.refunds, 0...paid.count - 1)]
    let all = draw(.refunds, 0...1) == 0
    let amount = all ? order.toCollect : Fen(Int64(draw(.refunds, 1...Int(order.toCollect.count))))
    do {
      let number = try OutTradeNumber(order.outTradeNumber)
      undoneByStaff.insert(number.text)
      let earlier = try await program.ledger.refunds(of: number).count
      try await program.ledger.request(
        Refund(
          outRefundNumber: try OutRefundNumber("R-\(number)-\(earlier + 1)"), outTradeNumber: number,
          amount: amount, operatorID: staff, reason: "wrong price"))
      tills[index].mayHaveUnsent = true
      count(calls.underWay > 0 ? "refunds_during_calls" : Trouble.refunds.rawValue)
      tell("\(tills[index].box.id) refunds \(amount.yuan) of \(number)")
    } catch {
      tell("\(tills[index].box.id) does not refund: \(error)")
    }
  }
}
