import FaultInjection
import Stage

/// Has the sandbox plan a fault every few seconds.
struct PlatformTrouble: Sendable {
  /// Time-outs are rare: each takes ten seconds, until the gateway gives up waiting.
  private static let kinds =
    [
      "error_after_taking", "error_before_taking", "drop_connection", "unsigned_answer", "frequency_limited",
    ].flatMap { [$0, $0, $0, $0] } + ["timeout_after_taking"]

  let stage: DemoStage

  /// Works until cancelled.
  func run(seed: UInt64) async {
    var random = SeededRandom(seed: seed, stream: "platform")
    while !Task.isCancelled {
      try? await Task.sleep(for: random.milliseconds(500...4_000))
      let kind = Self.kinds.randomElement(using: &random) ?? "error_after_taking"
      let count = kind == "timeout_after_taking" ? 1 : Int.random(in: 1...3, using: &random)
      try? await stage.post(
        "sandbox/faults", to: .sandbox, body: #"{"kind":"\#(kind)","count":\#(count)}"#)
    }
  }
}
