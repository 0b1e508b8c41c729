/// Decides when an idle camera is closed and when it opens again (摄像头保护).
///
/// | phase | leaves when |
/// |---|---|
/// | pre-recognition, guide page on | 30 s without a face: closed, wake button shown |
/// | pre-recognition, guide page off | 10 min without a face: closed, wake button shown |
/// | post-recognition, amount locked | 60 s without a successful match: closed, session timed out |
///
/// In pre-recognition any face restarts the timer. In post-recognition a face without a match does not.
/// Source: WeChat Pay K12 face FAQ, product question 3.
public struct CameraProtection: Sendable {
  public struct Timing: Sendable, Equatable {
    public var withGuidePage: Duration
    public var withoutGuidePage: Duration
    public var withoutMatch: Duration

    public init(
      withGuidePage: Duration = .seconds(30), withoutGuidePage: Duration = .seconds(600),
      withoutMatch: Duration = .seconds(60)
    ) {
      self.withGuidePage = withGuidePage
      self.withoutGuidePage = withoutGuidePage
      self.withoutMatch = withoutMatch
    }
  }

  public enum Phase: Sendable, Equatable {
    /// The device is closed and the student screen offers the wake button.
    case closed
    case preRecognition
    case postRecognition
  }

  public enum Event: Sendable, Equatable {
    /// The wake button, a staff key, or the start of the till.
    case wake
    /// The staff or an installer closes the camera by hand.
    case close
    case faceSeen
    case amountLocked
    case matched
    /// The locked amount was released without a match.
    case amountReleased
    case guidePage(on: Bool)
    case tick
  }

  public enum Action: Sendable, Equatable {
    case openCamera
    case closeCamera
    /// No face matched in time: the locked amount is released and staff are told.
    case timeOutSession
  }

  public private(set) var phase = Phase.closed
  /// When the next ``Event/tick`` matters; nil while the camera is closed.
  public private(set) var deadline: MonotonicInstant?

  private let timing: Timing
  private var guidePageIsOn: Bool

  public init(timing: Timing = Timing(), guidePageIsOn: Bool = true) {
    self.timing = timing
    self.guidePageIsOn = guidePageIsOn
  }

  public mutating func receive(_ event: Event, at now: MonotonicInstant) -> [Action] {
    switch (phase, event) {
    case (.closed, .wake):
      watchForFaces(from: now)
      return [.openCamera]
    case (.closed, .amountLocked):
      watchForMatch(from: now)
      return [.openCamera]
    case (_, .guidePage(let on)):
      guidePageIsOn = on
      if phase == .preRecognition { watchForFaces(from: now) }
      return []
    case (.closed, _):
      return []

    case (_, .close):
      return close()
    case (_, .amountLocked):
      watchForMatch(from: now)
      return []
    case (_, .matched), (.preRecognition, .wake), (.preRecognition, .faceSeen):
      watchForFaces(from: now)
      return []
    case (.postRecognition, .amountReleased):
      watchForFaces(from: now)
      return []
    case (.postRecognition, .faceSeen), (.postRecognition, .wake), (.preRecognition, .amountReleased):
      return []

    case (_, .tick):
      guard let deadline, deadline <= now else { return [] }
      return close()
    }
  }

  private mutating func watchForFaces(from now: MonotonicInstant) {
    phase = .preRecognition
    deadline = now.advanced(by: guidePageIsOn ? timing.withGuidePage : timing.withoutGuidePage)
  }

  private mutating func watchForMatch(from now: MonotonicInstant) {
    phase = .postRecognition
    deadline = now.advanced(by: timing.withoutMatch)
  }

  private mutating func close() -> [Action] {
    let amountWasLocked = phase == .postRecognition
    phase = .closed
    deadline = nil
    return amountWasLocked ? [.closeCamera, .timeOutSession] : [.closeCamera]
  }
}
