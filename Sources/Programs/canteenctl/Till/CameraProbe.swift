import ArgumentParser
import Camera
import Foundation
import GatewayProtocol

/// Looks at this machine itself; no till needs to run, and one that streams is not disturbed.
struct CameraProbe: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "probe", abstract: "List the video nodes of this machine; write a first profile for them.")

  @Flag(help: "Print JSON.")
  var json = false

  @Option(help: "Write a device profile for the camera found, to be completed on the spot.")
  var write: String?

  @Flag(help: "Replace the file that --write names.")
  var force = false

  func run() async throws {
    try await orComplain {
      let nodes = VideoNode.all()
      if json {
        print(try CanonicalJSON.text(nodes.map(ProbedNode.init)))
      } else {
        for node in nodes { show(node) }
      }
      guard let write else {
        guard !nodes.isEmpty else { throw Self.nothing }
        return
      }
      guard let draft = ProfileDraft(of: nodes) else { throw Self.nothing }
      try await NewFile(write, mayReplace: force).write(Data(draft.text.utf8), readableByAll: true)
      // Standard output must hold nothing but JSON.
      FileHandle.standardError.write(
        Data("\(write) is written; name it in terminal.yaml: camera: { profile: \(write) }\n".utf8))
    }
  }

  private static let nothing = CommandError(
    "No camera that can be read is plugged in; check its cable and whether you are in the group video.")

  private func show(_ node: VideoNode) {
    print("\(node.path)  \(node.card) (\(node.kind.rawValue))")
    var facts = [("driver", "\(node.driver) at \(node.busInfo)")]
    if let usb = node.usb { facts.append(("usb", "\(usb)")) }
    facts += node.links.map { ("link", $0) }
    facts += node.formats.map { format in
      let sizes = format.sizes.map { size in
        let rate = size.framesPerSecond.first.map { String(format: "@%.0f", $0) } ?? ""
        return size.width.count == 1
          ? "\(size.width.lowerBound)×\(size.height.lowerBound)\(rate)"
          : "\(size.width.lowerBound)×\(size.height.lowerBound) to "
            + "\(size.width.upperBound)×\(size.height.upperBound)\(rate)"
      }
      return (
        "format",
        "\(format.format?.rawValue ?? "\(format.letters), converted")  \(sizes.joined(separator: " "))"
      )
    }
    facts += node.controls.compactMap { offer in
      offer.control.map { control in
        (
          "control",
          "\(control.rawValue) \(offer.range.lowerBound)…\(offer.range.upperBound), now \(offer.value), usually "
            + "\(offer.usual)"
        )
      }
    }
    printTable(facts.map { ("  \($0)", $1) })
  }
}

/// A video node as JSON.
private struct ProbedNode: Encodable {
  struct Format: Encodable {
    let letters: String
    /// As a profile names it; `converted` when only libv4lconvert reads it.
    let format: PixelFormat
    let sizes: [[Int]]
  }

  struct Control: Encodable {
    let name: String
    let least: Int
    let most: Int
    let usual: Int
    let value: Int
  }

  let path: String
  let name: String
  let driver: String
  let bus: String
  let usb: String?
  let kind: String
  let links: [String]
  let formats: [Format]
  let controls: [Control]
  let probably_infrared: Bool

  init(_ node: VideoNode) {
    path = node.path
    name = node.card
    driver = node.driver
    bus = node.busInfo
    usb = node.usb?.description
    kind = node.kind.rawValue
    links = node.links
    formats = node.formats.map { format in
      Format(
        letters: format.letters, format: format.format ?? .converted,
        sizes: format.sizes.map { [$0.width.upperBound, $0.height.upperBound] })
    }
    controls = node.controls.compactMap { offer in
      offer.control.map {
        Control(
          name: $0.rawValue, least: offer.range.lowerBound, most: offer.range.upperBound, usual: offer.usual,
          value: offer.value)
      }
    }
    probably_infrared = node.kind == .capture && node.isProbablyInfrared
  }
}
