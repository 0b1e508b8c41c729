import CV4L2
import Imaging

extension V4L2Device {
  private static let sides = 16...8_192

  /// Asks for one layout after the other until the camera gives one that can be read; nil when it has none.
  ///
  /// - Throws: ``DeviceFailure`` when it cannot be asked, because another program streams or it is gone.
  func negotiate(_ settings: CaptureSettings) throws(DeviceFailure) -> CameraStream? {
    for candidate in CaptureNegotiation.candidates(offered: offeredLayouts(), settings: settings) {
      do {
        let given = try give(candidate)
        if let given { return given }
      } catch {
        guard !error.isFinal else { throw error }
      }
    }
    return nil
  }

  /// The first few formats, for a message.
  var formatLetters: String {
    let letters = offeredLayouts().map { FourLetters(code: $0.code).description }
    let more = letters.count > 6 ? " and \(letters.count - 6) more" : ""
    return letters.isEmpty ? "none" : letters.prefix(6).joined(separator: ", ") + more
  }

  private func offeredLayouts() -> [(code: UInt32, sizes: [OfferedSize])] {
    offeredFormats().map { ($0.code, $0.sizes) }
  }

  private func give(
    _ candidate: CaptureNegotiation.Candidate
  ) throws(DeviceFailure) -> CameraStream? {
    let (width, height) = (UInt32(clamping: candidate.width), UInt32(clamping: candidate.height))
    let layout: canteen_v4l2_layout
    if let code = candidate.code {
      layout = try set(canteen_v4l2_layout(code: code, width: width, height: height, bytes_per_line: 0))
      guard layout.code == code else { return nil }
    } else {
      layout = try setConvertibleLayout(width: width, height: height)
    }
    var given = CameraStream(
      format: candidate.format, letters: FourLetters(code: layout.code).description, width: Int(layout.width),
      height: Int(layout.height),
      bytesPerLine: Int(layout.bytes_per_line))
    guard Self.sides.contains(given.width), Self.sides.contains(given.height) else { return nil }
    if let raw = given.format.rawLayout {
      // Drivers that say nothing, or less than a row takes, have rows without gaps.
      given.bytesPerLine = max(given.bytesPerLine, raw.bytesPerLine(width: given.width))
      let hasHalfPixels = given.width % 2 != 0 || (raw == .nv12 && given.height % 2 != 0)
      guard raw == .grey || !hasHalfPixels else { return nil }
    }
    return given
  }

  /// Sets each control in the order of ``CameraControl`` and reports what did not go as asked.
  func apply(_ controls: [CameraControl: Int]) -> [CaptureNotice] {
    var notices: [CaptureNotice] = []
    for control in CameraControl.allCases {
      guard let wanted = controls[control] else { continue }
      guard let offer = self.control(control.id), offer.least <= offer.most, !offer.is_read_only else {
        notices.append(.controlUnknown(control))
        continue
      }
      let value = min(max(Int32(clamping: wanted), offer.least), offer.most)
      do {
        try set(control.id, to: value)
      } catch {
        notices.append(.controlRefused(control, reason: error.description))
        continue
      }
      // Drivers round to a step of their own.
      let after = self.control(control.id) ?? offer
      if after.value != wanted {
        notices.append(.controlClamped(control, wanted: wanted, set: Int(after.value)))
      }
      if after.is_inactive { notices.append(.controlInactive(control)) }
    }
    return notices
  }
}

extension PixelFormat {
  /// nil for what is not plain rows of pixels.
  var rawLayout: RawLayout? {
    switch self {
    case .yuyv: .yuyv
    case .nv12: .nv12
    case .grey: .grey
    case .mjpeg, .converted: nil
    }
  }
}
