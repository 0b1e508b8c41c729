import CanteenCore
import FaceIndex

/// One face shown to a library, and whom it resembled.
struct Presentation: Sendable, Equatable {
  let isEnrolled: Bool
  /// The best person is the one who was shown.
  let isRight: Bool
  let score: Float
  /// How far the best other person is behind.
  let lead: Float

  init(isEnrolled: Bool, isRight: Bool, score: Float, lead: Float) {
    self.isEnrolled = isEnrolled
    self.isRight = isRight
    self.score = score
    self.lead = lead
  }

  init(of id: OutUserID, isEnrolled: Bool, found: TopTwo<OutUserID>) {
    self.isEnrolled = isEnrolled
    isRight = found.best?.owner == id
    score = found.best?.cosine ?? -1
    lead = score - (found.runnerUp?.cosine ?? -1)
  }

  func isNamed(at threshold: Float, margin: Float) -> Bool { score >= threshold && lead >= margin }
}

/// How long the stages took, in milliseconds a photograph.
struct StageTimes: Sendable {
  var template: [Double] = []
  var search: [Double] = []

  mutating func measure<Value, Failure: Error>(
    _ stage: WritableKeyPath<StageTimes, [Double]>, _ work: () throws(Failure) -> Value
  ) throws(Failure) -> Value {
    let start = ContinuousClock.now
    let value = try work()
    self[keyPath: stage].append(start.duration(to: .now).milliseconds)
    return value
  }
}
