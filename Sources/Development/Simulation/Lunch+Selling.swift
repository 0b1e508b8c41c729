import CanteenCore
import Concurrency
import FaultInjection
import GatewayProtocol
import OrderLedger
import Terminal

extension Lunch {
  func perform(_ event: Event) async {
    switch event {
    case .arrival(let student, let till): await arrive(student, at: till)
    case .seen(let till, let visit): await seen(visit, at: till)
    case .identified(let till, let visit): await identified(visit, at: till)
    case .flicker(let till, let visit): await flicker(visit, at: till)
    case .types(let till, let visit): await types(visit, at: till)
    case .showsCode(let till, let visit): await showCode(visit, at: till)
    case .decision(let till, let visit): await decide(visit, at: till)
    case .leaves(let till, let visit): await leave(visit, at: till)
    case .routine(let till): await routine(till)
    case .debits: await moveMoney()
    case .callGoesOn(let number): await goOn(number)
    case .trouble(let trouble): await strike(trouble)
    case .heal(let trouble, let till): await heal(trouble, at: till)
    case .restartTill(let till): await restartTill(till)
    case .restartSchool: await restartSchool()
    case .void(let till, let number): await void(number, at: till)
    case .recover(let till): await recover(till)
    case .stopCopy(let till): await stopCopy(of: till)
    }
  }

  /// The program of a till and the visit that is going on there, when it is this one.
  func program(_ till: Int, during visit: Int) -> SimulatedTill? {
    guard tills[till].visit?.number == visit else { return nil }
    return tills[till].program
  }

  private func arrive(_ student: Int, at till: Int) async {
    guard let program = tills[till].program, tills[till].visit == nil else {
      agenda.add(.arrival(student: student, till: till), at: after(3))
      return
    }
    visits += 1
    tills[till].nextTrack += 1
    var visit = Visit(number: visits, student: student, track: tills[till].nextTrack)
    let basket = try? canteen.basket(at: tills[till].sells, &random)
    visit.paysByCode = basket != nil && drawsCode()
    tills[till].visit = visit
    if let basket {
      do {
        try await program.checkout.key(basket)
      } catch {
        tell("\(tills[till].box.id) refuses the amount: \(error)")
      }
    }
    if visit.paysByCode {
      agenda.add(.showsCode(till: till, visit: visits), at: after(1.2))
      agenda.add(.decision(till: till, visit: visits), at: after(12))
      return agenda.add(.leaves(till: till, visit: visits), at: after(14))
    }
    agenda.add(.seen(till: till, visit: visits), at: after(0.5))
    agenda.add(.identified(till: till, visit: visits), at: after(1.2))
    // The face stays before the camera: it is recognised again and again.
    if random.chance(0.5) { agenda.add(.identified(till: till, visit: visits), at: after(2.2)) }
    if random.chance(0.3) {
      agenda.add(.flicker(till: till, visit: visits), at: after(1.8))
      agenda.add(.identified(till: till, visit: visits), at: after(2.4))
    }
    agenda.add(.decision(till: till, visit: visits), at: after(3))
    agenda.add(.leaves(till: till, visit: visits), at: after(5))
  }

  private func seen(_ visit: Int, at till: Int) async {
    guard let program = program(till, during: visit), let track = tills[till].visit?.track else { return }
    await program.checkout.receive(.facePresent(track: track))
  }

  private func flicker(_ number: Int, at till: Int) async {
    guard let program = program(till, during: number), let track = tills[till].visit?.track else { return }
    await program.checkout.receive(.faceLeft(track: track))
    let newTrack = tills[till].nextTrack + 1
    tills[till].nextTrack = newTrack
    tills[till].visit?.track = newTrack
    await program.checkout.receive(.facePresent(track: newTrack))
  }

  private func identified(_ number: Int, at till: Int) async {
    guard let program = program(till, during: number), let visit = tills[till].visit else { return }
    let student = canteen.students[visit.student]
    if !student.faces.isEmpty {
      await askWhoItIs(student, in: visit, at: till, program)
    } else {
      await program.checkout.receive(
        .identified(
          Identification(
            track: visit.track, user: student.user, evidence: .simulated, facePresentAt: clock.now)))
    }
    await observed(at: till, program)
  }

  /// Staff look at what the till says and help: override, take cash, or let the student go.
  private func decide(_ number: Int, at till: Int) async {
    guard let program = program(till, during: number), tills[till].visit != nil else { return }
    let snapshot = program.checkout.snapshots.latest
    guard case .awaitingFace = snapshot.phase else { return }
    if let sale = await program.checkout.objectedSale, random.chance(0.5),
      let supervisor = try? OperatorID("anna")
    {
      overriddenVisits.insert(number)
      await program.checkout.override(
        StaffOverride(operatorID: supervisor, reason: "second helping"), of: sale)
      agenda.add(.identified(till: till, visit: number), at: after(0.7))
    } else if random.chance(0.5) {
      try? await program.checkout.takeByStaff(nil)
      await observed(at: till, program)
    } else {
      await program.checkout.cancel()
    }
  }

  private func leave(_ number: Int, at till: Int) async {
    guard tills[till].visit?.number == number, let track = tills[till].visit?.track else { return }
    guard !isCodeOpen(at: till) else { return agenda.add(.leaves(till: till, visit: number), at: after(5)) }
    tills[till].visit = nil
    guard let program = tills[till].program else { return }
    await program.checkout.receive(.faceLeft(track: track))
    if case .awaitingFace = program.checkout.snapshots.latest.phase { await program.checkout.cancel() }
  }

  /// Somebody is shown that an order is accepted: from now on it may never be missing.
  func observed(at index: Int, _ program: SimulatedTill) async {
    let snapshot = program.checkout.snapshots.latest
    guard case .accepted(let order) = snapshot.phase else { return }
    let number = order.locked.number
    guard !tills[index].shown.contains(number) else { return }
    let (id, visit) = (tills[index].box.id, tills[index].visit)
    tills[index].shown.append(number)
    // Nobody need stand there any more when a code is decided.
    if let visit { tills[index].visitsOfOrders[number] = visit.number }
    tills[index].mayHaveUnsent = true
    result.orders += 1
    if (try? await program.ledger.bookedOrder(number)) == nil, !isBroken(index) {
      find("I1: \(id) shows \(number) as accepted, and it is not in the ledger")
    }
    if order.identification != nil, let visit {
      let sameVisit = tills[index].visitsOfOrders.filter { $0.value == visit.number }
      if sameVisit.count > 1, !overriddenVisits.contains(visit.number) {
        find("I2: one visit at \(id) became \(sameVisit.keys.map(\.text).sorted())")
      }
      judgeAccount(of: order, for: canteen.students[visit.student], at: index)
      if !snapshot.faceBlockers.isEmpty { find("I5: \(id) charged a face while blocked") }
      if program.clock.reading().quality == .untrusted {
        find("I5: \(id) charged a face with an untrusted clock")
      }
    }
    var voids = troubleRandom[.voids] ?? random
    if plan.troubles.contains(.voids), voids.chance(0.04) {
      agenda.add(.void(till: index, number), at: after(Double(voids.pick(2...200))))
    }
    troubleRandom[.voids] = voids
  }

  private func void(_ number: OutTradeNumber, at till: Int) async {
    guard let program = tills[till].program, let cashier = try? OperatorID("ben") else { return }
    // Whoever is killed in the middle may have written it.
    undoneByStaff.insert(number.text)
    do {
      try await program.ledger.void(
        VoidOrder(outTradeNumber: number, operatorID: cashier, reason: "wrong dish"))
      if let sale = try await program.ledger.order(number).flatMap(DayBook.Sale.init) {
        await program.checkout.forget(sale)
      }
      tills[till].mayHaveUnsent = true
      count(calls.underWay > 0 ? "voids_during_calls" : "voids")
      tell("\(tills[till].box.id) voids \(number)")
    } catch {
      tell("\(tills[till].box.id) does not void \(number): \(error)")
    }
  }
}

extension RecognitionEvidence {
  static let simulated = RecognitionEvidence(
    score: 0.8, runnerUp: 0.2, threshold: 0.5, margin: 0.1, framesAgreed: 3, framesSeen: 3, people: 500,
    libraryVersion: 1,
    milliseconds: StageMilliseconds(detect: 1, embed: 1, search: 1, faceToDecision: 100))
}
