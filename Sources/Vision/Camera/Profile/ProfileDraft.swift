/// A first profile for the cameras that are plugged in, to be completed on the spot.
public struct ProfileDraft: Sendable {
  public let colour: VideoNode
  public let infrared: VideoNode?
  private let others: [VideoNode]

  /// - Returns: nil when no node delivers pictures.
  public init?(of nodes: [VideoNode]) {
    let cameras = nodes.filter { $0.kind == .capture }
    let colours = cameras.filter { !$0.isProbablyInfrared }
    guard let colour = colours.first ?? cameras.first else { return nil }
    self.colour = colour
    infrared = cameras.first { $0.isProbablyInfrared && $0 != colour }
    others = cameras
  }

  /// YAML that ``DeviceProfile`` reads.
  public var text: String {
    var lines = [
      "# Written by `canteenctl camera probe`. Check rotate and mirror with a person before the camera.",
      "title: \(quoted(colour.card))", "camera:", "  rgb:",
    ]
    lines += camera(colour, formats: colour.usableFormats(from: [.mjpeg, .yuyv, .nv12, .grey]))
    if let infrared {
      lines.append("  # Taken for an infrared camera by its name or because it sends grey pictures only.")
      lines.append("  ir:")
      lines += camera(infrared, formats: infrared.usableFormats(from: [.grey, .yuyv, .nv12, .mjpeg]))
      lines.append(
        "    # Where a point of the rgb picture lies in this one; measure it with a face at the till.")
      lines.append("    alignment: { scale: 1, offset_x: 0, offset_y: 0 }")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func camera(_ node: VideoNode, formats: [PixelFormat]) -> [String] {
    let size = node.size(near: (640, 480), formats: formats)
    var lines = [
      "    # \(plain(node.card)), driver \(plain(node.driver)), now \(node.path)",
      "    selector: \(selector(of: node))",
      "    formats: [\(formats.map(\.rawValue).joined(separator: ", "))]", "    width: \(size.width)",
      "    height: \(size.height)", "    fps: 25", "    rotate: 0", "    mirror: false",
    ]
    if node.controls.contains(where: { $0.control == .powerLineFrequency && !$0.isReadOnly }) {
      lines.append("    # Lamps on 50 Hz mains flicker otherwise.")
      lines.append("    controls: { power_line_frequency: 1 }")
    }
    return lines
  }

  /// The most telling name that means no other camera of this box.
  private func selector(of node: VideoNode) -> String {
    func isAlone(_ name: (VideoNode) -> String?) -> Bool {
      guard let own = name(node), !own.isEmpty else { return false }
      return others.filter { name($0) == own }.count == 1
    }
    if isAlone({ $0.usb?.description }), let usb = node.usb { return "{ usb: \"\(usb)\" }" }
    if isAlone(\.card), !node.card.contains("*") { return "{ name: \(quoted(node.card)) }" }
    if let link = node.links.first { return "{ node: \(quoted(link)) }" }
    if isAlone(\.busInfo) { return "{ bus: \(quoted(node.busInfo)) }" }
    return "{ node: \(quoted(node.path)) }"
  }

  /// Names come from devices and may hold anything.
  private func quoted(_ text: String) -> String {
    "\"" + plain(text).replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }

  private func plain(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 32 || $0.value == 127 ? "?" : $0 }))
  }
}

extension VideoNode {
  /// By its name, or because it sends grey pictures only.
  public var isProbablyInfrared: Bool {
    let words = card.lowercased().split { !$0.isLetter }
    return words.contains("ir") || words.contains("infrared")
      || (!formats.isEmpty && formats.allSatisfy { $0.format == .grey })
  }

  fileprivate func usableFormats(from preferred: [PixelFormat]) -> [PixelFormat] {
    let offered = Set(formats.compactMap(\.format))
    let usable = preferred.filter(offered.contains)
    return usable.isEmpty ? [.converted] : usable
  }

  fileprivate func size(near wanted: (width: Int, height: Int), formats usable: [PixelFormat])
    -> (width: Int, height: Int)
  {
    let sizes = formats.filter { $0.format.map(usable.contains) ?? false }.flatMap(\.sizes).map { size in
      (
        width: min(max(wanted.width, size.width.lowerBound), size.width.upperBound),
        height: min(max(wanted.height, size.height.lowerBound), size.height.upperBound)
      )
    }
    func distance(_ size: (width: Int, height: Int)) -> Int {
      abs(size.width - wanted.width) + abs(size.height - wanted.height)
    }
    return sizes.min { distance($0) < distance($1) } ?? wanted
  }
}
