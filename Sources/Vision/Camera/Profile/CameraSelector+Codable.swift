/// In YAML one of `{ node: /dev/canteen-camera }`, `{ name: "*UVC*" }`, `{ usb: "046d:0825" }` and `{ bus: usb-… }`;
/// without a selector the first camera is taken.
extension CameraSelector: Codable {
  private enum CodingKeys: String, CodingKey {
    case node
    case name
    case usb
    case bus
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let node = try values.decodeIfPresent(String.self, forKey: .node)
    let name = try values.decodeIfPresent(String.self, forKey: .name)
    let usb = try values.decodeIfPresent(String.self, forKey: .usb)
    let bus = try values.decodeIfPresent(String.self, forKey: .bus)
    guard [node, name, usb, bus].compactMap(\.self).count == 1 else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "must name one of node, name, usb and bus"))
    }
    if let node {
      guard node.hasPrefix("/dev/") else { throw values.wrong(.node, "must be a path under /dev") }
      self = .node(node)
    } else if let name {
      guard !name.isEmpty else { throw values.wrong(.name, "must not be empty") }
      self = .name(pattern: name)
    } else if let usb {
      guard let number = USBNumber(usb) else {
        throw values.wrong(.usb, "must be two numbers as `lsusb` shows them, for example \"046d:0825\"")
      }
      self = .usb(vendor: number.vendor, product: number.product)
    } else {
      self = .bus(bus ?? "")
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    let (node, name, usb, bus): (String?, String?, String?, String?) =
      switch self {
      case .any: (nil, nil, nil, nil)
      case .node(let path): (path, nil, nil, nil)
      case .name(let pattern): (nil, pattern, nil, nil)
      case .usb(let vendor, let product):
        (nil, nil, USBNumber(vendor: vendor, product: product).description, nil)
      case .bus(let bus): (nil, nil, nil, bus)
      }
    try values.encode(node, forKey: .node)
    try values.encode(name, forKey: .name)
    try values.encode(usb, forKey: .usb)
    try values.encode(bus, forKey: .bus)
  }
}

extension USBNumber {
  /// `046d:0825`, as `lsusb` shows it.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ $0.count == 4 && $0.allSatisfy(\.isHexDigit) }),
      let vendor = UInt16(parts[0], radix: 16), let product = UInt16(parts[1], radix: 16)
    else { return nil }
    self.init(vendor: vendor, product: product)
  }
}
