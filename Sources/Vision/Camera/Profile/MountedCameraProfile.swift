public import CanteenCore
public import Imaging

/// One camera of a box: which one it is, what it is asked for, and how it was mounted.
public struct MountedCameraProfile: Sendable, Equatable, Codable {
  public var selector: CameraSelector
  public var settings: CaptureSettings
  /// Clockwise, before mirroring.
  public var rotate: QuarterTurn
  public var mirror: Bool

  private enum CodingKeys: String, CodingKey {
    case selector
    case formats
    case width
    case height
    case framesPerSecond = "fps"
    case rotate
    case mirror
    case controls
  }

  public init(
    selector: CameraSelector, settings: CaptureSettings = CaptureSettings(), rotate: QuarterTurn = .none,
    mirror: Bool = false
  ) {
    self.selector = selector
    self.settings = settings
    self.rotate = rotate
    self.mirror = mirror
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let usual = CaptureSettings()
    func number(_ key: CodingKeys, in range: ClosedRange<Int>, usually usual: Int) throws -> Int {
      let number = try values.decodeIfPresent(Int.self, forKey: key) ?? usual
      guard range.contains(number) else {
        throw values.wrong(key, "must be \(range.lowerBound) to \(range.upperBound)")
      }
      return number
    }
    selector = try values.decodeIfPresent(CameraSelector.self, forKey: .selector) ?? .any
    settings = CaptureSettings(
      formats: try values.names(of: PixelFormat.self, forKey: .formats) ?? usual.formats,
      width: try number(.width, in: 64...4_096, usually: usual.width),
      height: try number(.height, in: 64...4_096, usually: usual.height),
      framesPerSecond: try number(.framesPerSecond, in: 1...120, usually: usual.framesPerSecond))
    guard !settings.formats.isEmpty, Set(settings.formats).count == settings.formats.count else {
      throw values.wrong(.formats, "must name at least one format, and each once")
    }
    guard let turn = QuarterTurn(rawValue: try values.decodeIfPresent(Int.self, forKey: .rotate) ?? 0) else {
      throw values.wrong(.rotate, "must be 0, 90, 180 or 270 degrees clockwise")
    }
    rotate = turn
    mirror = try values.decodeIfPresent(Bool.self, forKey: .mirror) ?? false
    for (name, value) in try values.decodeIfPresent([String: Int].self, forKey: .controls) ?? [:] {
      guard let control = CameraControl(rawValue: name) else {
        throw values.wrong(.controls, name, isNoneOf: CameraControl.allCases.map(\.rawValue))
      }
      guard Int32(exactly: value) != nil else { throw values.wrong(.controls, "has a value beyond 32 bits") }
      settings.controls[control] = value
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(selector, forKey: .selector)
    try values.encode(settings.formats, forKey: .formats)
    try values.encode(settings.width, forKey: .width)
    try values.encode(settings.height, forKey: .height)
    try values.encode(settings.framesPerSecond, forKey: .framesPerSecond)
    try values.encode(rotate, forKey: .rotate)
    try values.encode(mirror, forKey: .mirror)
    let controls = settings.controls.map { ($0.key.rawValue, $0.value) }
    try values.encode(Dictionary(uniqueKeysWithValues: controls), forKey: .controls)
  }
}

/// The infrared camera of a box, and how its picture lies over the colour one.
public struct InfraredProfile: Sendable, Equatable, Codable {
  public var camera: MountedCameraProfile
  public var alignment: InfraredAlignment

  private enum CodingKeys: String, CodingKey {
    case alignment
  }

  public init(camera: MountedCameraProfile, alignment: InfraredAlignment = InfraredAlignment()) {
    self.camera = camera
    self.alignment = alignment
  }

  public init(from decoder: any Decoder) throws {
    camera = try MountedCameraProfile(from: decoder)
    let values = try decoder.container(keyedBy: CodingKeys.self)
    alignment = try values.decodeIfPresent(InfraredAlignment.self, forKey: .alignment) ?? InfraredAlignment()
  }

  public func encode(to encoder: any Encoder) throws {
    try camera.encode(to: encoder)
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(alignment, forKey: .alignment)
  }
}
