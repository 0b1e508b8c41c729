import CanteenCore
import CV4L2
import Imaging

/// One camera that was opened, set and started; the device is closed when this value is destroyed.
struct Capture: ~Copyable {
  enum Look {
    /// A frame, and how long ago it was captured.
    case frame(Frame, age: Duration)
    case broken
    case nothing
  }

  let stream: CameraStream
  let notices: [CaptureNotice]
  private var losses = FrameLosses()
  private let device: V4L2Device
  private let leastBytes: Int

  init(path: String, settings: CaptureSettings, system: DeviceSystem) throws(CameraError) {
    do {
      let device = try V4L2Device(path: path, system: system)
      guard device.identity.captures else {
        throw CameraError.cannotOpen(
          path, reason: "it is a video node but delivers no pictures; try the next number")
      }
      guard device.identity.streams else { throw CameraError.cannotOpen(path, reason: "it cannot stream") }
      guard var stream = try device.negotiate(settings) else {
        throw CameraError.cannotOpen(
          path, reason: "it offers no format that is asked for, only \(device.formatLetters)")
      }
      stream.framesPerSecond = device.set(framesPerSecond: UInt32(clamping: settings.framesPerSecond))
      var notices = stream.differences(from: settings)
      notices += device.apply(settings.controls)
      try device.start()
      self.stream = stream
      self.notices = notices
      leastBytes = stream.leastBytes
      self.device = device
    } catch let error as CameraError {
      throw error
    } catch {
      throw .cannotOpen(path, reason: "\(error)")
    }
  }

  /// Waits at most `milliseconds` for a frame; the newest counts.
  mutating func look(forMilliseconds milliseconds: Int32) throws(DeviceFailure) -> Look {
    var counts = V4L2Device.Counts()
    defer {
      losses.skipped += counts.skipped
      losses.broken += counts.broken
    }
    do {
      let picture = try device.borrow(within: milliseconds, atLeast: leastBytes, counts: &counts) { bytes in
        decode(bytes)
      }
      guard let picture else {
        losses.broken += 1
        return .broken
      }
      return .frame(picture, age: counts.age)
    } catch {
      guard error == .timedOut else { throw error }
      return counts.broken > 0 ? .broken : .nothing
    }
  }

  /// The losses since the last call.
  mutating func takeLosses() -> FrameLosses {
    defer { losses = FrameLosses() }
    return losses
  }

  /// nil when the bytes are not a picture.
  private func decode(_ bytes: Span<UInt8>) -> Frame? {
    let (width, height) = (stream.width, stream.height)
    if let layout = stream.format.rawLayout {
      return try? Frame(
        raw: bytes, layout: layout, width: width, height: height, bytesPerLine: stream.bytesPerLine)
    }
    if stream.format == .mjpeg { return try? Frame(jpeg: bytes, width: width, height: height) }
    return try? unsafe Frame(width: width, height: height) { unsafe device.convert(bytes, into: $0) }
  }
}

extension CameraStream {
  /// A frame of fewer bytes is broken. A JPEG below this has no tables.
  fileprivate var leastBytes: Int {
    switch format {
    case .mjpeg: 128
    case .converted: 1
    case .yuyv, .nv12, .grey:
      format.rawLayout?.leastBytes(width: width, height: height, bytesPerLine: bytesPerLine) ?? 1
    }
  }

  fileprivate func differences(from settings: CaptureSettings) -> [CaptureNotice] {
    var notices: [CaptureNotice] = []
    if (width, height) != (settings.width, settings.height) {
      notices.append(
        .otherSize(
          width: width, height: height, wantedWidth: settings.width, wantedHeight: settings.height))
    }
    if let framesPerSecond, framesPerSecond < Double(settings.framesPerSecond) * 0.95 {
      notices.append(.slower(framesPerSecond: framesPerSecond, wanted: settings.framesPerSecond))
    }
    return notices
  }
}
