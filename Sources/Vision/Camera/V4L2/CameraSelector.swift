/// Which camera of a box is meant. It is looked up at each opening, so that a camera that was plugged in again is
/// found under its new number.
public enum CameraSelector: Sendable, Equatable, CustomStringConvertible {
  /// The first node by number that delivers pictures.
  case any
  /// A path, which may be a link such as /dev/canteen-camera.
  case node(String)
  /// The camera's own name; `*` stands for anything, upper and lower case are alike.
  case name(pattern: String)
  case usb(vendor: UInt16, product: UInt16)
  /// The port it is plugged into, as `v4l2-ctl --info` gives it: `usb-0000:00:14.0-2`.
  case bus(String)

  public var description: String {
    switch self {
    case .any: "of any kind"
    case .node(let path): path
    case .name(let pattern): "\"\(pattern)\""
    case .usb(let vendor, let product): "with USB number \(USBNumber(vendor: vendor, product: product))"
    case .bus(let bus): "at \(bus)"
    }
  }

  /// The path to open.
  ///
  /// Of several nodes that fit, the lowest number is taken; a camera's metadata node never fits.
  func path(among nodes: () -> [VideoNode]) throws(CameraError) -> String {
    if case .node(let path) = self { return path }
    let cameras = nodes().filter { $0.kind == .capture }
    if let chosen = cameras.first(where: fits) { return chosen.path }
    let there = cameras.map { "\($0.card) at \($0.path)" }.joined(separator: ", ")
    throw .cannotOpen(
      description, reason: there.isEmpty ? "no camera is plugged in" : "there is only \(there)")
  }

  private func fits(_ node: VideoNode) -> Bool {
    switch self {
    case .any: true
    case .node(let path): node.path == path || node.links.contains(path)
    case .name(let pattern): node.card.lowercased().matches(wildcards: pattern.lowercased())
    case .usb(let vendor, let product): node.usb == USBNumber(vendor: vendor, product: product)
    case .bus(let bus): node.busInfo == bus
    }
  }
}

/// Who made a USB camera and which it is, written `046d:0825`.
public struct USBNumber: Sendable, Hashable, CustomStringConvertible {
  public let vendor: UInt16
  public let product: UInt16

  public init(vendor: UInt16, product: UInt16) {
    self.vendor = vendor
    self.product = product
  }

  public var description: String {
    [vendor, product].map {
      let digits = String($0, radix: 16)
      return String(repeating: "0", count: 4 - digits.count) + digits
    }.joined(separator: ":")
  }
}

extension String {
  /// Whether all of the text fits; `*` in the pattern stands for any run of characters.
  fileprivate func matches(wildcards pattern: String) -> Bool {
    let parts = pattern.split(separator: "*", omittingEmptySubsequences: false)
    guard let first = parts.first, let last = parts.last, parts.count > 1 else { return self == pattern }
    guard utf8.count >= first.utf8.count + last.utf8.count, hasPrefix(first), hasSuffix(last) else {
      return false
    }
    var rest = dropFirst(first.count).dropLast(last.count)
    for part in parts.dropFirst().dropLast() {
      guard let place = rest.firstRange(of: part) else { return false }
      rest = rest[place.upperBound...]
    }
    return true
  }
}
