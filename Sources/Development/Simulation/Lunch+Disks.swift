import CanteenCore
import Concurrency
import Crypto
import FaultInjection
import Foundation
import Gateway
import GatewayProtocol
import GatewayStore
import OrderLedger
import Terminal

/// Disks that are put back, lost or copied, and what support does about it.
extension Lunch {
  /// A second box that sells under a till's name.
  struct Copy {
    let program: SimulatedTill
    let box: SimulatedTill.Box
    let network: SimulatedNetwork
    /// What somebody was shown as accepted there.
    var shown: [OutTradeNumber] = []
  }

  func copyDisk(of index: Int, as name: String) throws -> DiskCopy {
    try DiskCopy(
      of: tills[index].box.folder, at: folder.appending(path: "\(tills[index].box.id)-\(name)-\(steps)"),
      lease: tills[index].lease)
  }

  /// Somebody keeps a copy of the till's disk, puts an older one back, or deletes the ledger.
  func changeDisk(of index: Int) async {
    guard let program = tills[index].program, !isBroken(index), tills[index].copy == nil, !schoolIsBroken,
      !tills[index].isBehind, !tills[index].box.disk.isFull
    else { return }
    do {
      guard let backup = tills[index].backup, draw(.oldDisks, 0...3) > 0 else {
        return tills[index].backup = try copyDisk(of: index, as: "backup")
      }
      // Unless the gateway can be asked, nobody knows what would be gone.
      guard (try? await program.core.prover.prove()) != nil,
        let gone = try await numbersOnlyOnDisk(of: index, program),
        // A gateway that came back from a backup has forgotten them: then they would be gone from both.
        !gone.contains(where: { number in platforms.contains { $0.wasAsked(for: number) } })
      else { return }
      let isDeleted = draw(.oldDisks, 0...2) == 0
      count(isDeleted ? "lost_ledgers" : Trouble.oldDisks.rawValue)
      tell("\(tills[index].box.id) \(isDeleted ? "loses its ledger" : "gets an old disk")")
      program.ledger.close()
      tills[index].program = nil
      try tills[index].box.disk.restorePower()
      if isDeleted {
        // With or without the file that says where the ledger ended.
        try DiskCopy.empty(
          tills[index].box.folder, but: draw(.oldDisks, 0...1) == 0 ? "ledger.end" : nil)
      } else {
        try backup.putBack(into: tills[index].box.folder)
        tills[index].lease = backup.lease
      }
      // Nobody has these any more: the meals were given, and nobody can be charged for them.
      let before = tills[index].shown.count
      tills[index].shown.removeAll { gone.contains($0) }
      for number in gone { tills[index].visitsOfOrders[number] = nil }
      result.troubles["orders_gone_with_a_disk", default: 0] += before - tills[index].shown.count
      tills[index].visit = nil
      tills[index].isBehind = true
      await startTill(index)
    } catch {
      find("\(tills[index].box.id): its disk cannot be changed: \(error)")
    }
  }

  /// Orders that only this ledger has; nil while a payment code is among them, whose money would be gone too.
  private func numbersOnlyOnDisk(of index: Int, _ program: SimulatedTill) async throws -> Set<OutTradeNumber>?
  {
    guard let store = school?.store, !isCodeOpen(at: index), try await program.ledger.openCodes().isEmpty
    else {
      return nil
    }
    let kept = Set(
      try await store.entries(of: tills[index].box.id, after: 0, atMost: .max).map(\.hash))
    var gone: Set<OutTradeNumber> = []
    for entry in try await program.ledger.entries(after: nil, atMost: .max) where !kept.contains(entry.hash) {
      let payload = try entry.decodedPayload()
      switch payload {
      case .codePresented, .codeClosed: return nil
      default: break
      }
      guard let order = payload.bookedOrder else { continue }
      if case .paymentCode = order.means.collection { return nil }
      gone.insert(order.outTradeNumber)
    }
    return gone
  }

  /// Somebody copies a box and lets both sell.
  func startCopy(of index: Int) async {
    guard tills[index].program != nil, !isBroken(index), tills[index].copy == nil, !tills[index].isBehind,
      !isCodeOpen(at: index), let lease = tills[index].lease
    else { return }
    do {
      let copied = try copyDisk(of: index, as: "copy")
      tills[index].runs += 1
      let id = tills[index].box.id
      let box = SimulatedTill.Box(
        id: id, folder: copied.folder, disk: try FaultyDisk(folder: copied.folder), key: tills[index].box.key,
        clock: BoxClock(truth: time))
      let network = SimulatedNetwork(terminal: id, time: time, plan: plan)
      network.connect(to: school)
      let program = try await SimulatedTill(
        in: box, run: tills[index].runs, sells: .manual, lease: lease,
        gatewayKey: schoolKeys.signing.publicKey, transport: network, time: time)
      count(Trouble.twoBoxes.rawValue)
      tell("a copy of \(id) is switched on")
      tills[index].copy = Copy(program: program, box: box, network: network)
      for turn in 1...draw(.twoBoxes, 1...4) { await sell(turn, atCopyOf: index) }
      if draw(.twoBoxes, 0...1) == 0 { _ = try? await program.uploader.sendOneBatch() }
      agenda.add(.stopCopy(till: index), at: after(Double(draw(.twoBoxes, 60...400))))
    } catch {
      find("the copy of \(tills[index].box.id) does not start: \(error)")
    }
  }

  private func sell(_ turn: Int, atCopyOf index: Int) async {
    guard let program = tills[index].copy?.program else { return }
    let student = canteen.students[draw(.twoBoxes, 0...canteen.students.count - 1)]
    do {
      try await program.checkout.key(.manual(Fen(Int64(draw(.twoBoxes, 100...2_000)))))
    } catch {
      return tell("the copy sells nothing: \(error)")
    }
    await program.checkout.receive(.facePresent(track: turn))
    if student.faces.isEmpty {
      await program.checkout.receive(
        .identified(
          Identification(
            track: turn, user: student.user, evidence: .simulated, facePresentAt: clock.now)))
    }
    if case .awaitingFace = program.checkout.snapshots.latest.phase {
      try? await program.checkout.takeByStaff(nil)
    }
    if case .accepted(let order) = program.checkout.snapshots.latest.phase {
      tills[index].copy?.shown.append(order.locked.number)
      result.orders += 1
      count("orders_of_copied_boxes")
    }
    await program.checkout.receive(.faceLeft(track: turn))
    await program.checkout.cancel()
  }

  /// Support switches both boxes off and recovers one after the other: first the copy, so that what it sold reaches
  /// the gateway, and then the box that stays.
  func stopCopy(of index: Int) async {
    guard let copy = tills[index].copy else { return }
    guard !schoolIsBroken, !isBroken(index), let program = tills[index].program, !isCodeOpen(at: index) else {
      return agenda.add(.stopCopy(till: index), at: after(15))
    }
    tell("support switches off both boxes of \(tills[index].box.id)")
    program.ledger.close()
    tills[index].program = nil
    tills[index].visit = nil
    var isDrained = false
    for _ in 0..<400 where !isDrained {
      isDrained = await recoverOnce(copy.program)
    }
    if !isDrained { find("what the copy of \(tills[index].box.id) sold does not reach the gateway") }
    copy.program.ledger.close()
    tills[index].shown += copy.shown
    tills[index].copy = nil
    tills[index].isBehind = true
    do {
      try tills[index].box.disk.restorePower()
    } catch {
      find("\(tills[index].box.id): \(error)")
    }
    await startTill(index)
  }

  /// - Returns: whether the gateway now has all that the till's ledger says.
  private func recoverOnce(_ program: SimulatedTill) async -> Bool {
    do {
      if try await program.core.prover.prove().standing != .continuous {
        _ = try await program.core.prover.recover()
        count("recovered_ledgers")
      }
      while try await program.uploader.sendOneBatch() {}
      return try await program.ledger.unsent(atMost: 1).isEmpty
    } catch {
      return false
    }
  }

  /// Support has come: no other box sells under this name.
  func recover(_ index: Int) async {
    tills[index].isAwaitingSupport = false
    guard let program = tills[index].program, !isBroken(index), tills[index].copy == nil,
      !isCodeOpen(at: index)
    else { return }
    do {
      guard try await program.core.prover.prove().standing != .continuous else { return }
      let recovery = try await program.core.prover.recover()
      try await program.core.resume()
      _ = try await program.core.prover.takeUpStrays()
      tills[index].mayHaveUnsent = true
      tills[index].isBehind = false
      count("recovered_ledgers")
      if recovery.broughtBack > 0 {
        result.troubles["entries_brought_back", default: 0] += recovery.broughtBack
      }
      tell("\(tills[index].box.id) is recovered: \(recovery)")
      await checkShownOrders(of: index, "after it was recovered")
    } catch {
      tell("\(tills[index].box.id) is not recovered yet: \(error)")
    }
  }

  /// Calls support when the till's ledger is not continuous.
  func lookAtStanding(of index: Int) async {
    guard let program = tills[index].program, let standing = program.core.prover.standing.latest else {
      return
    }
    switch standing {
    case .continuous:
      // Whatever the gateway holds is here.
      tills[index].isBehind = false
    case .unproven: break
    case .behind, .forked:
      tills[index].isBehind = true
      if isWindingDown { return await recover(index) }
      guard !tills[index].isAwaitingSupport else { return }
      tills[index].isAwaitingSupport = true
      count("ledgers_\(standing.rawValue)")
      agenda.add(.recover(till: index), at: after(Double(draw(.oldDisks, 20...300))))
    }
  }

  // MARK: The gateway's backup

  /// Somebody makes a backup of the gateway, or it comes back from an older one.
  func restoreSchool() {
    // Whoever loses the disk of a till and the gateway's at once has lost what stood on both.
    guard let school, !schoolIsBroken, tills.allSatisfy({ !$0.isBehind && $0.copy == nil }) else { return }
    do {
      guard schoolBackup != nil, draw(.gatewayBackups, 0...2) > 0 else {
        schoolBackup = try DiskCopy(
          of: schoolFolder, at: folder.appending(path: "school-backup-\(steps)"))
        return
      }
      count(Trouble.gatewayBackups.rawValue)
      tell("the gateway dies for good")
      school.store.close()
      schoolIsBroken = true
      schoolIsFromBackup = true
      agenda.add(.restartSchool, at: after(Double(draw(.gatewayBackups, 60...180))))
    } catch {
      find("the gateway cannot be backed up: \(error)")
    }
  }

  func putSchoolBack() throws {
    guard schoolIsFromBackup, let schoolBackup else { return }
    schoolIsFromBackup = false
    schoolForgot = true
    tell("it comes back from a backup")
    for till in tills { till.network.forgetEarlierAnswers() }
    try schoolBackup.putBack(into: schoolFolder)
  }

  /// An intruder's till sends again what a restored gateway lacks, as every till does.
  func repeatIntruder() async {
    guard let intruder, let school, let till = try? await school.store.terminal(intruder.id) else { return }
    _ = try? await school.intake.take(signedByIntruder, of: till, heldThrough: .max, at: time.now())
    dueKnownAt = -1
  }
}
