import CanteenCore
import Concurrency
import FaultInjection
import Terminal

/// Students whom the camera cannot tell from a twin, and who type a phone tail: right, wrong, or not at all.
extension Lunch {
  func askWhoItIs(_ student: Canteen.Student, in visit: Visit, at till: Int, _ program: SimulatedTill) async {
    let candidates = draw(.twins) { student.faces.shuffled(using: &$0) }
    await program.checkout.receive(
      .lookAlikes(
        LookAlikeQuestion(
          track: visit.track, candidates: candidates, evidence: .simulated, facePresentAt: clock.now)))
    guard case .awaitingTail = program.checkout.snapshots.latest.phase, !visit.isTyping else { return }
    tills[till].visit?.isTyping = true
    agenda.add(.types(till: till, visit: visit.number), at: after(0.4))
  }

  func types(_ number: Int, at till: Int) async {
    tills[till].visit?.isTyping = false
    guard let program = program(till, during: number), let visit = tills[till].visit,
      case .awaitingTail = program.checkout.snapshots.latest.phase,
      let own = canteen.students[visit.student].person?.guardian?.phoneTail
    else { return }
    switch draw(.twins, { $0.pick(0...9) }) {
    case 0:
      _ = await program.checkout.declineTail()
    case 1...4:
      result.wrongTails += 1
      _ = await program.checkout.phoneTail(tailOfNobody(in: canteen.students[visit.student].faces))
    default:
      _ = await program.checkout.phoneTail(own)
    }
    await observed(at: till, program)
    guard case .awaitingTail = program.checkout.snapshots.latest.phase else { return }
    tills[till].visit?.isTyping = true
    agenda.add(.types(till: till, visit: number), at: after(0.4))
  }

  private func tailOfNobody(in faces: [LibraryPerson]) -> PhoneTail {
    while true {
      let tail = PhoneTail.padding(draw(.twins) { $0.pick(0...9_999) })
      if let tail, !faces.contains(where: { $0.guardian?.phoneTail == tail }) { return tail }
    }
  }

  /// Whose money it is: a twin pays only from their own account, and never without being told apart.
  func judgeAccount(of order: CheckoutSession.PendingOrder, for student: Canteen.Student, at till: Int) {
    guard let paid = order.identification else { return }
    let factor = paid.evidence.secondFactor
    if let factor { result.ordersOfLookAlikes[factor, default: 0] += 1 }
    let payer = student.faces.first { $0.user == paid.user }
    let isRight =
      student.faces.isEmpty
      ? paid.user == student.user
      : factor != nil && payer != nil && payer?.guardian == student.person?.guardian
    if !isRight {
      find("\(tills[till].box.id) charged \(paid.user.outUserID) for \(student.user.outUserID)")
    }
  }

  private func draw<Value>(_ trouble: Trouble, _ number: (inout SeededRandom) -> Value) -> Value {
    var own = troubleRandom[trouble] ?? random
    defer { troubleRandom[trouble] = own }
    return number(&own)
  }
}
