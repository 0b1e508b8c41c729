/// Decides the state of the camera device. On top of the timers of ``CameraProtection`` it takes the field's
/// four calls (open with preview, open without preview, show or hide the preview, close) and keeps the device
/// warm between sales.
///
/// Opening a device takes one to two seconds. A warm device keeps streaming after camera protection closed
/// the camera: its frames are not used, but its light is on.
public struct CameraController: Sendable {
  public struct Settings: Sendable, Equatable {
    public var timing: CameraProtection.Timing
    public var guidePageIsOn: Bool
    /// How long the device stays open after protection closed the camera; zero closes it at once.
    public var staysWarmFor: Duration
    /// The first key of an amount opens the camera, so that it runs when the amount is locked.
    public var opensOnFirstKey: Bool
    /// Whether the preview is shown until a call says otherwise.
    public var showsPreview: Bool

    public init(
      timing: CameraProtection.Timing = .init(), guidePageIsOn: Bool = true, staysWarmFor: Duration = .zero,
      opensOnFirstKey: Bool = true, showsPreview: Bool = true
    ) {
      self.timing = timing
      self.guidePageIsOn = guidePageIsOn
      self.staysWarmFor = staysWarmFor
      self.opensOnFirstKey = opensOnFirstKey
      self.showsPreview = showsPreview
    }
  }

  public enum Device: String, Sendable, Equatable, Codable {
    case closed
    /// Open and streaming, but its frames are not used.
    case warm
    case open
  }

  /// What the driver of the device should do.
  public struct Wish: Sendable, Equatable {
    public var device: Device
    /// Pictures may leave for the student screen; never true unless the device is ``Device/open``.
    public var showsPreview: Bool

    public init(device: Device = .closed, showsPreview: Bool = false) {
      self.device = device
      self.showsPreview = showsPreview
    }
  }

  public enum Event: Sendable, Equatable {
    case open(preview: Bool)
    /// Holds for this opening and the next ones.
    case showPreview(Bool)
    /// Staff pressed the first key of an amount.
    case keyingBegun
    /// True when the device should give frames and does not; false when it gives them again.
    case failing(Bool)
    case protection(CameraProtection.Event)

    /// The fourth call: the device is closed at once, warm or not.
    public static let close = Event.protection(.close)
  }

  public enum Action: Sendable, Equatable {
    /// All faces are taken to have left.
    case cameraClosed
    case timeOutSession
  }

  public var phase: CameraProtection.Phase { protection.phase }

  public var wish: Wish {
    guard phase == .closed else { return Wish(device: .open, showsPreview: showsPreview) }
    return Wish(device: warmUntil == nil ? .closed : .warm)
  }

  /// When the next tick matters.
  public var deadline: MonotonicInstant? {
    [timersStandStill ? nil : protection.deadline, warmUntil].compactMap(\.self).min()
  }

  private let settings: Settings
  private var protection: CameraProtection
  private var showsPreview: Bool
  private var warmUntil: MonotonicInstant?
  private var isFailing = false

  public init(_ settings: Settings = Settings()) {
    self.settings = settings
    protection = CameraProtection(timing: settings.timing, guidePageIsOn: settings.guidePageIsOn)
    showsPreview = settings.showsPreview
  }

  public mutating func receive(_ event: Event, at now: MonotonicInstant) -> [Action] {
    defer { if wish.device == .closed { isFailing = false } }
    switch event {
    case .open(let preview):
      showsPreview = preview
      return protect(.wake, at: now)
    case .showPreview(let shown):
      showsPreview = shown
      return []
    case .keyingBegun:
      return settings.opensOnFirstKey ? protect(.wake, at: now) : []
    case .failing(let isFailing):
      guard wish.device != .closed, isFailing != self.isFailing else { return [] }
      self.isFailing = isFailing
      // No face could be seen while the camera failed, so the timer starts again.
      return isFailing || phase != .preRecognition ? [] : protect(.wake, at: now)
    case .protection(let event):
      return protect(event, at: now)
    }
  }

  /// Without frames nobody can tell whether a face is there, and the device is closed between the attempts to
  /// open it, so the timer of pre-recognition stands still. The timer of a locked amount runs on.
  private var timersStandStill: Bool { isFailing && phase == .preRecognition }

  private mutating func protect(_ event: CameraProtection.Event, at now: MonotonicInstant) -> [Action] {
    let isTick = event == .tick
    if let warmUntil, event == .close || (isTick && warmUntil <= now) { self.warmUntil = nil }
    guard !(isTick && timersStandStill) else { return [] }
    return protection.receive(event, at: now).compactMap { action in
      switch action {
      case .openCamera:
        warmUntil = nil
        return nil
      case .closeCamera:
        warmUntil = isTick && settings.staysWarmFor > .zero ? now.advanced(by: settings.staysWarmFor) : nil
        return .cameraClosed
      case .timeOutSession:
        return .timeOutSession
      }
    }
  }
}
