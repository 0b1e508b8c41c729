package import CanteenCore
import Concurrency
import Synchronization

/// Has the money of a payment code collected: by the gateway, and through it by a platform.
package protocol CodeTransport: Sendable {
  /// Has the code charged under the order's number.
  ///
  /// - Returns: ``CodeOutcome/unclear(reason:)`` whenever it is not certain that nothing was or will be taken.
  func collect(_ order: Order, with code: PaymentCode) async -> CodeOutcome
  /// What became of a code that was shown before.
  func outcome(ofCodeFor number: OutTradeNumber) async -> CodeOutcome
}

/// Asks about payment codes, one at a time, while the till goes on: a platform may take a minute to answer.
package final class CodeCollector: Sendable {
  private enum Job: Sendable, Equatable {
    case collect(Order, PaymentCode)
    case ask(OutTradeNumber)
  }

  private struct State {
    var jobs: [Job] = []
    var isWorking = false
  }

  private let transport: any CodeTransport
  private let state = Mutex(State())
  private let added = WakeSignal()

  package init(transport: any CodeTransport) {
    self.transport = transport
  }

  func collect(_ order: Order, with code: PaymentCode) { add(.collect(order, code)) }

  func ask(about number: OutTradeNumber) { add(.ask(number)) }

  /// Works until cancelled. A code that is interrupted midway stays open in the ledger and is asked about
  /// after the next start.
  func run(_ answer: @Sendable (OutTradeNumber, CodeOutcome) async -> Void) async {
    while !Task.isCancelled {
      await work(answer)
      await added.wait()
    }
  }

  /// Does all that waits; nothing when somebody else is at it.
  func work(_ answer: @Sendable (OutTradeNumber, CodeOutcome) async -> Void) async {
    let isFree = state.withLock { state in
      defer { state.isWorking = true }
      return !state.isWorking
    }
    guard isFree else { return }
    while let job = next() {
      switch job {
      case .collect(let order, let code):
        await answer(order.outTradeNumber, await transport.collect(order, with: code))
      case .ask(let number):
        await answer(number, await transport.outcome(ofCodeFor: number))
      }
    }
  }

  /// nil, and nobody is at work, when nothing waits.
  private func next() -> Job? {
    state.withLock { state in
      state.isWorking = !state.jobs.isEmpty
      return state.jobs.isEmpty ? nil : state.jobs.removeFirst()
    }
  }

  /// A job that already waits is not added twice, however slow the answers are.
  private func add(_ job: Job) {
    state.withLock { if !$0.jobs.contains(job) { $0.jobs.append(job) } }
    added.wake()
  }
}
