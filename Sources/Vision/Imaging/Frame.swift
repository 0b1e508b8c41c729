public import CanteenCore

/// One picture in memory: 8-bit blue, green, red interleaved, rows without gaps.
///
/// A frame is personal data: it stays in memory and is never written, logged or sent beyond loopback (I4).
public struct Frame: Sendable {
  public let width: Int
  public let height: Int
  /// `width * height * 3` bytes.
  public let bgr: [UInt8]
  /// Counts the frames of one source from 1.
  public let sequence: UInt64
  public let capturedAt: MonotonicInstant

  /// - Throws: ``ImagingError/wrongSize(width:height:bytes:)`` when the bytes do not fill the picture.
  public init(
    width: Int, height: Int, bgr: [UInt8], sequence: UInt64 = 1, capturedAt: MonotonicInstant = .start
  ) throws(ImagingError) {
    guard width > 0, height > 0, width <= 1 << 15, height <= 1 << 15, bgr.count == width * height * 3 else {
      throw .wrongSize(width: width, height: height, bytes: bgr.count)
    }
    self.width = width
    self.height = height
    self.bgr = bgr
    self.sequence = sequence
    self.capturedAt = capturedAt
  }

  /// The same picture with another number and time.
  public func stamped(sequence: UInt64, capturedAt: MonotonicInstant) -> Frame {
    Frame(unchecked: self, sequence: sequence, capturedAt: capturedAt)
  }

  /// The pixels of `frame` in another order.
  init(turned frame: Frame, width: Int, height: Int, bgr: [UInt8]) {
    self.width = width
    self.height = height
    self.bgr = bgr
    sequence = frame.sequence
    capturedAt = frame.capturedAt
  }

  private init(unchecked frame: Frame, sequence: UInt64, capturedAt: MonotonicInstant) {
    width = frame.width
    height = frame.height
    bgr = frame.bgr
    self.sequence = sequence
    self.capturedAt = capturedAt
  }
}

/// Why a picture cannot be used.
public enum ImagingError: Error, Equatable, CustomStringConvertible {
  case unreadable
  case tooLarge(mostPixels: Int64)
  case wrongSize(width: Int, height: Int, bytes: Int)
  /// The imaging library's own words.
  case failed(String)

  public var description: String {
    switch self {
    case .unreadable: "The file is not a whole picture that can be read; use a JPEG or PNG."
    case .tooLarge(let pixels):
      "The picture has more than \(pixels / 1_000_000) million pixels; make it smaller."
    case .wrongSize(let width, let height, let bytes):
      "A picture of \(width)×\(height) does not have \(bytes) bytes."
    case .failed(let reason): "The picture could not be worked on: \(reason)."
    }
  }
}

extension Frame {
  /// A part of the frame; it must lie inside.
  public func cropped(left: Int, top: Int, width: Int, height: Int) throws(ImagingError) -> Frame {
    guard left >= 0, top >= 0, width > 0, height > 0, left + width <= self.width, top + height <= self.height
    else {
      throw .wrongSize(width: width, height: height, bytes: bgr.count)
    }
    var part: [UInt8] = []
    part.reserveCapacity(width * height * 3)
    for row in top..<top + height {
      let start = (row * self.width + left) * 3
      part += bgr[start..<start + width * 3]
    }
    return try Frame(width: width, height: height, bgr: part, sequence: sequence, capturedAt: capturedAt)
  }
}
