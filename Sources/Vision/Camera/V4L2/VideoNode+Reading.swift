import CV4L2

extension VideoNode {
  /// Every /dev/video… of this box by number; those that cannot be opened are left out.
  public static func all() -> [VideoNode] {
    all(in: BoxFolders())
  }

  /// - Throws: ``CameraError/cannotOpen(_:reason:)`` for what is no video node.
  public init(path: String) throws(CameraError) {
    try self.init(path: path, folders: BoxFolders())
  }

  static func all(in folders: BoxFolders, system: DeviceSystem = .linux) -> [VideoNode] {
    folders.videoNodes.compactMap { try? VideoNode(path: $0, folders: folders, system: system) }
  }

  init(path: String, folders: BoxFolders, system: DeviceSystem = .linux) throws(CameraError) {
    let device: V4L2Device
    do {
      device = try V4L2Device(path: path, system: system)
    } catch {
      throw .cannotOpen(path, reason: error.description)
    }
    let identity = device.identity
    self.path = path
    card = text(of: identity.card)
    driver = text(of: identity.driver)
    busInfo = text(of: identity.bus)
    kind = Kind(capabilities: identity.capabilities)
    links = folders.links(to: path)
    usb = folders.usbNumber(of: path)
    formats = identity.captures ? device.offeredFormats() : []
    controls = identity.captures ? device.offeredControls() : []
  }
}

extension VideoNode.Kind {
  /// Source: linux/videodev2.h, V4L2_CAP_….
  init(capabilities: UInt32) {
    func has(_ bits: UInt32) -> Bool { capabilities & bits != 0 }
    let (capture, output) = (has(0x1001), has(0x2002))
    self =
      if has(0xC000) || (capture && output) {
        .codec
      } else if capture {
        .capture
      } else if output {
        .output
      } else if has(0x0880_0000) {
        .metadata
      } else if has(0x10) || has(0x20) || has(0x40) || has(0x80) {
        .vbi
      } else if has(0x1000_0000) {
        .touch
      } else if has(0x5_0000) || has(0x8_0000) {
        .radio
      } else {
        .other
      }
  }
}

extension V4L2Device {
  /// More entries than any camera has: the limit for a driver whose list never ends.
  private static let mostEntries: UInt32 = 256

  func offeredFormats() -> [OfferedFormat] {
    list { offeredFormat(at: $0) }.map { offer in
      OfferedFormat(
        code: offer.code, description: text(of: offer.description),
        sizes: offeredSizes(of: offer.code))
    }
  }

  private func offeredSizes(of code: UInt32) -> [OfferedSize] {
    list { offeredSize(of: code, at: $0) }.compactMap { size in
      guard size.least_width > 0, size.least_height > 0, size.most_width >= size.least_width,
        size.most_height >= size.least_height, size.most_width < 1 << 16, size.most_height < 1 << 16
      else { return nil }
      let rates = list {
        offeredRate(of: code, width: size.most_width, height: size.most_height, at: $0)
      }
      return OfferedSize(
        width: Int(size.least_width)...Int(size.most_width),
        height: Int(size.least_height)...Int(size.most_height), widthStep: max(1, Int(size.width_step)),
        heightStep: max(1, Int(size.height_step)), framesPerSecond: rates.sorted(by: >))
    }
  }

  func offeredControls() -> [OfferedControl] {
    var controls: [OfferedControl] = []
    var last: UInt32 = 0
    while controls.count < Self.mostEntries, let id = control(after: last) {
      last = id
      guard let offer = control(id), offer.least <= offer.most else { continue }
      let choices: [(Int, String)] =
        offer.is_menu && offer.least >= 0
        ? (offer.least...min(offer.most, offer.least + 64)).compactMap { value in
          choice(UInt32(value), of: id).map { (Int(value), $0) }
        } : []
      controls.append(
        OfferedControl(
          control: CameraControl(id: id), name: text(of: offer.name),
          range: Int(offer.least)...Int(offer.most), step: max(1, Int(offer.step)), usual: Int(offer.usual),
          value: Int(offer.value), choices: Dictionary(choices) { first, _ in first },
          isInactive: offer.is_inactive, isReadOnly: offer.is_read_only))
    }
    return controls
  }

  private func list<Entry>(_ entry: (UInt32) -> Entry?) -> [Entry] {
    var entries: [Entry] = []
    while entries.count < Self.mostEntries, let next = entry(UInt32(entries.count)) { entries.append(next) }
    return entries
  }
}

/// A name from a driver, which may hold any bytes.
func text<Field>(of field: Field) -> String {
  unsafe withUnsafeBytes(of: field) { bytes in
    unsafe String(decoding: bytes.prefix { $0 != 0 }.map { $0 < 32 || $0 == 127 ? 0x3F : $0 }, as: UTF8.self)
  }
}
