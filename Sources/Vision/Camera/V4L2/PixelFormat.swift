/// How a camera lays out its pictures.
public enum PixelFormat: String, Sendable, CaseIterable, Codable {
  /// 4:2:2, two bytes a pixel.
  case yuyv
  /// One JPEG a frame.
  case mjpeg
  /// 4:2:0: all of the luma, then the chroma of two pixels by two.
  case nv12
  /// Luma only, as infrared cameras send it.
  case grey
  /// Whatever the device has, made readable by libv4lconvert; slower.
  case converted

  /// Four letters, the first in the lowest byte; nil for ``converted``. Source: linux/videodev2.h.
  var code: UInt32? {
    switch self {
    case .yuyv: FourLetters("YUYV").code
    case .mjpeg: FourLetters("MJPG").code
    case .nv12: FourLetters("NV12").code
    case .grey: FourLetters("GREY").code
    case .converted: nil
    }
  }

  /// Some drivers call a stream of JPEG pictures JPEG instead of MJPG.
  init?(code: UInt32) {
    let format = Self.allCases.first { $0.code == code }
    guard let format = format ?? (code == FourLetters("JPEG").code ? .mjpeg : nil) else { return nil }
    self = format
  }
}

/// The code of a pixel format as people write it: `YUYV`.
struct FourLetters: CustomStringConvertible {
  let code: UInt32

  init(code: UInt32) {
    self.code = code
  }

  init(_ text: StaticString) {
    precondition(text.utf8CodeUnitCount == 4)
    code = text.description.utf8.reversed().reduce(0) { $0 << 8 | UInt32($1) }
  }

  var description: String {
    let letters = (0..<4).map { UInt8(truncatingIfNeeded: code >> (8 * $0)) & 0x7F }
    return String(decoding: letters.map { (33...126).contains($0) ? $0 : 0x2E }, as: UTF8.self)
  }
}
