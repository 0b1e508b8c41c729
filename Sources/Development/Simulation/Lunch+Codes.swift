import CanteenCore
import Concurrency
import FaultInjection
import GatewayProtocol
import OrderLedger
import Terminal

/// Payment codes, which need the network at the moment of sale.
extension Lunch {
  func drawsCode() -> Bool {
    plan.troubles.contains(.paymentCodes) && draw(.paymentCodes, 1...100) <= 8
  }

  func showCode(_ visit: Int, at till: Int) async {
    guard let program = program(till, during: visit) else { return }
    let prefix = plan.troubles.contains(.secondPlatform) && draw(.paymentCodes, 0...1) == 0 ? "28" : "13"
    guard
      let code = PaymentCode("\(prefix)\(draw(.paymentCodes, 1_000_000_000_000_000...9_999_999_999_999_999))")
    else { return }
    do {
      try await program.checkout.show(code)
      count(Trouble.paymentCodes.rawValue)
      tell("somebody shows \(tills[till].box.id) a payment code")
    } catch {
      tell("\(tills[till].box.id) takes no payment code: \(error)")
    }
    await decideCodes(at: till)
  }

  /// What the till and its staff do about a code whose outcome is open.
  func decideCodes(at till: Int) async {
    guard let program = tills[till].program, !isBroken(till) else { return }
    note(program.checkout.snapshots.latest.phase.codeAttempt, at: till)
    await calls.run { await program.checkout.decideCodes() }
    planCalls()
    let phase = program.checkout.snapshots.latest.phase
    note(phase.codeAttempt, at: till)
    if case .unclear(let attempt) = phase, isWindingDown || draw(.paymentCodes, 1...4) == 1 {
      let isGiven = draw(.paymentCodes, 0...1) == 0
      count(isGiven ? "unclear_codes_with_meal" : "unclear_codes_without_meal")
      tell("staff decide about \(attempt.number): \(isGiven ? "a meal" : "no meal") was given")
      _ = try? await program.checkout.settleUnclear(mealGiven: isGiven)
      tills[till].mayHaveUnsent = true
    }
    await observed(at: till, program)
  }

  func isCodeOpen(at till: Int) -> Bool {
    tills[till].program?.checkout.snapshots.latest.phase.codeAttempt != nil
  }

  private func note(_ attempt: CheckoutSession.CodeAttempt?, at till: Int) {
    guard let attempt else { return }
    tills[till].codes[attempt.number] = attempt.charge.personal
    tills[till].mayHaveUnsent = true
  }
}
