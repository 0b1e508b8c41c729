import CanteenCore
import Concurrency
import Crypto
import Foundation
import Gateway
import GatewayProtocol
import GatewayStore
import HTTPService
import OrderLedger
import PaymentPlatform
import Terminal

/// What the till's workers and the gateway's scheduler do all the time.
extension Lunch {
  func routine(_ index: Int) async {
    defer { if !isWindingDown { agenda.add(.routine(till: index), at: after(4)) } }
    guard let program = tills[index].program, !isBroken(index) else { return }
    await program.checkout.tick()
    await decideCodes(at: index)
    if let jump = program.clock.look() {
      tell("\(tills[index].box.id) sees its clock jump by \(jump.by.components.seconds) s")
      try? await program.ledger.record(ClockJump(milliseconds: jump.by.wholeMilliseconds))
      tills[index].mayHaveUnsent = true
    }
    await program.checkout.lookAtTheClock()
    await program.checkout.probeLedger()
    if needsLease(index) { await renewLease(index) }
    await lookAtStanding(of: index)
    do {
      if tills[index].mayHaveUnsent {
        while try await program.uploader.sendOneBatch() {}
        tills[index].mayHaveUnsent = false
        try await program.core.blockUnlessContinuous()
      }
      guard let changes = school?.eventsWritten.latest, changes != tills[index].eventsRead else { return }
      let place = try await program.ledger.eventPlace()
      let events = try await tills[index].network.events(from: place)
      if let known = place.epoch, known != events.epoch {
        // The gateway has lost something: it is asked what.
        try await program.core.prover.prove()
        tills[index].mayHaveUnsent = true
      }
      guard !events.items.isEmpty || events.place != place else { return tills[index].eventsRead = changes }
      await program.checkout.learn(try await program.ledger.record(events, from: place))
      tills[index].mayHaveUnsent = true
    } catch {
      // The next round tries again.
    }
  }

  private func needsLease(_ index: Int) -> Bool {
    guard let lease = tills[index].lease, let program = tills[index].program else { return true }
    return program.clock.reading().quality != .trusted
      || lease.issuedAt.duration(to: time.now()) > .seconds(3_600)
  }

  func renewLease(_ index: Int) async {
    guard let program = tills[index].program else { return }
    do {
      let proof = try await program.core.prover.prove()
      try await program.core.blockUnlessContinuous()
      guard proof.standing == .continuous else { return }
      let askedAt = clock.now
      let signed = try await tills[index].network.lease(
        LeaseRequest(
          rawData: "", ledger: program.ledger.head(), nonce: nil, proof: proof.point,
          // Support says so once the copy is switched off.
          isOnlyBox: tills[index].copy == nil))
      let text = try signed.verified(by: schoolKeys.signing.publicKey, purpose: .lease)
      let lease = try CanonicalJSON.decode(Lease.self, from: text)
      program.clock.gatewaySaid(lease.issuedAt, askedAt: askedAt)
      tills[index].lease = lease
      await program.checkout.use(lease)
    } catch let refusal as HTTPRefusal where refusal.refusal.code != .known(.proofIsOld) {
      guard school != nil, !isBroken(index), !schoolIsBroken, tills[index].copy == nil else { return }
      find("I9: \(tills[index].box.id) gets no lease: \(refusal)")
    } catch {
      // The next round tries again.
    }
  }

  /// Begins calls for what is due, up to as many at once as the gateway makes; each goes on in its own time.
  func moveMoney() async {
    defer { if !isWindingDown { agenda.add(.debits, at: after(2)) } }
    guard let school, !schoolIsBroken, isMoneyDue(at: school) else { return }
    do {
      let changes = school.eventsWritten.latest
      for platform in platforms {
        // A bound, so that the tills get their turn.
        for _ in 0..<SettlementScheduler.mostCallsAtOnce
        where calls.underWay < SettlementScheduler.mostCallsAtOnce * platforms.count {
          guard let work = try await school.scheduler.claimNext(of: platform.id) else { break }
          await calls.run { _ = try? await school.scheduler.move(work) }
          planCalls()
        }
      }
      nextDue = try await school.store.nextDueTime().map {
        clock.now.advanced(by: schoolClock.now().duration(to: $0))
      }
      dueKnownAt = changes
    } catch {
      guard self.school != nil else { return }
      tell("the gateway fails: \(error)")
      schoolIsBroken = true
    }
  }

  func goOn(_ call: Int) async {
    await calls.goOn(call)
    planCalls()
    for index in tills.indices {
      if let program = tills[index].program { await observed(at: index, program) }
    }
    // What it decided may let something else begin.
    dueKnownAt = -1
  }

  func planCalls() {
    for call in calls.newlyParked() {
      agenda.add(.callGoesOn(call.number), at: clock.now.advanced(by: call.wait))
    }
  }

  private func isMoneyDue(at school: SimulatedSchool) -> Bool {
    school.eventsWritten.latest != dueKnownAt || nextDue.map { $0 <= clock.now } ?? false
  }

  /// The till was killed or its power was cut: what fails now is expected.
  func isBroken(_ index: Int) -> Bool { brokenTills.contains(index) }
}
