import Foundation

/// Where Linux keeps the nodes of its devices and what it knows of them.
struct BoxFolders: Sendable {
  var devices = "/dev"
  var classes = "/sys/class/video4linux"

  /// `/dev/video0`, `/dev/video1`, … by number.
  var videoNodes: [String] {
    entries(of: devices).compactMap { name in
      name.hasPrefix("video") ? Int(name.dropFirst(5)).map { (name, $0) } : nil
    }.sorted { $0.1 < $1.1 }.map { "\(devices)/\($0.0)" }
  }

  /// Links under v4l/by-id and v4l/by-path, and those of udev rules beside the nodes.
  func links(to path: String) -> [String] {
    let node = resolved(path)
    let beside = entries(of: devices).filter { $0.hasPrefix("canteen-") }.map { "\(devices)/\($0)" }
    let byName = ["by-id", "by-path"].flatMap { kind in
      entries(of: "\(devices)/v4l/\(kind)").map { "\(devices)/v4l/\(kind)/\($0)" }
    }
    return (byName + beside).filter { $0 != path && resolved($0) == node }.sorted()
  }

  /// From the modalias of the interface: `usb:v046Dp0825d0010…`.
  func usbNumber(of path: String) -> USBNumber? {
    let node = resolved(path).split(separator: "/").last ?? ""
    guard let alias = try? String(contentsOfFile: "\(classes)/\(node)/device/modalias", encoding: .utf8),
      let match = alias.prefixMatch(of: /usb:v([0-9A-F]{4})p([0-9A-F]{4})/),
      let vendor = UInt16(match.1, radix: 16), let product = UInt16(match.2, radix: 16)
    else { return nil }
    return USBNumber(vendor: vendor, product: product)
  }

  private func resolved(_ path: String) -> String {
    URL(filePath: path).resolvingSymlinksInPath().path
  }

  private func entries(of folder: String) -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
  }
}
