@testable import CanteenCore

extension CheckoutSession {
  /// An operator lets whoever was just charged pay the amount that waits, when one does.
  mutating func allowRepeat(at now: MonotonicInstant) {
    if let number = waitingAmount?.number { _ = receive(.repeatAllowed(number), at: now) }
  }
}
