import Imaging

/// What an installer writes about one box or camera, as YAML; see docs/camera-profiles.md.
///
/// Keys that are not given are written back as null, so that a misspelt one is refused with the nearest of all valid
/// names.
public struct DeviceProfile: Sendable, Equatable, Codable {
  /// For people.
  public var title: String?
  public var camera: Cameras
  public var screens: [Screen]
  public var keypad: InputDevice?
  public var scanner: InputDevice?
  public var checkout: CheckoutDefaults

  public struct Cameras: Sendable, Equatable, Codable {
    /// The one faces are recognised with.
    public var colour: MountedCameraProfile
    public var infrared: InfraredProfile?

    private enum CodingKeys: String, CodingKey {
      case colour = "rgb"
      case infrared = "ir"
    }

    public init(colour: MountedCameraProfile, infrared: InfraredProfile? = nil) {
      self.colour = colour
      self.infrared = infrared
    }

    public func encode(to encoder: any Encoder) throws {
      var values = encoder.container(keyedBy: CodingKeys.self)
      try values.encode(colour, forKey: .colour)
      try values.encode(infrared, forKey: .infrared)
    }
  }

  /// Which page a screen shows; the kiosk units read it.
  public struct Screen: Sendable, Equatable, Codable {
    public enum Page: String, Sendable, CaseIterable, Codable {
      case till, student
    }

    public var page: Page
    /// As under /sys/class/drm: `HDMI-A-1`.
    public var connector: String

    private enum CodingKeys: String, CodingKey {
      case page
      case connector
    }

    public init(page: Page, connector: String) {
      self.page = page
      self.connector = connector
    }

    public init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      page = try values.name(of: Page.self, forKey: .page)
      connector = try values.decode(String.self, forKey: .connector)
      guard !connector.isEmpty,
        connector.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") })
      else {
        throw values.wrong(.connector, "must be a connector as under /sys/class/drm, for example HDMI-A-1")
      }
    }
  }

  /// A keypad or scanner under its stable name.
  public struct InputDevice: Sendable, Equatable, Codable {
    public var node: String

    private enum CodingKeys: String, CodingKey {
      case node
    }

    public init(node: String) {
      self.node = node
    }

    public init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      node = try values.decode(String.self, forKey: .node)
      guard node.hasPrefix("/dev/") else { throw values.wrong(.node, "must be a path under /dev") }
    }
  }

  private enum CodingKeys: String, CodingKey {
    case title
    case camera
    case screens
    case keypad
    case scanner
    case checkout
  }

  public init(
    title: String? = nil, camera: Cameras, screens: [Screen] = [], keypad: InputDevice? = nil,
    scanner: InputDevice? = nil, checkout: CheckoutDefaults = CheckoutDefaults()
  ) {
    self.title = title
    self.camera = camera
    self.screens = screens
    self.keypad = keypad
    self.scanner = scanner
    self.checkout = checkout
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    title = try values.decodeIfPresent(String.self, forKey: .title)
    camera = try values.decode(Cameras.self, forKey: .camera)
    screens = try values.decodeIfPresent([Screen].self, forKey: .screens) ?? []
    keypad = try values.decodeIfPresent(InputDevice.self, forKey: .keypad)
    scanner = try values.decodeIfPresent(InputDevice.self, forKey: .scanner)
    checkout = try values.decodeIfPresent(CheckoutDefaults.self, forKey: .checkout) ?? CheckoutDefaults()
    guard Set(screens.map(\.page)).count == screens.count else {
      throw values.wrong(.screens, "shows a page twice")
    }
    if let infrared = camera.infrared, infrared.camera.selector == camera.colour.selector {
      throw values.wrong(.camera, "names the same camera for rgb and ir")
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(title, forKey: .title)
    try values.encode(camera, forKey: .camera)
    try values.encode(screens, forKey: .screens)
    try values.encode(keypad, forKey: .keypad)
    try values.encode(scanner, forKey: .scanner)
    try values.encode(checkout, forKey: .checkout)
  }
}
