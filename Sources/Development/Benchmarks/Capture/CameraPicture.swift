import CanteenCore
import Imaging

/// One picture as a camera would send it.
struct CameraPicture {
  enum Layout {
    case raw(RawLayout)
    case jpeg
  }

  /// The layout's name in the order to the peer.
  let name: String
  let layout: Layout
  let width: Int
  let height: Int
  let bytes: [UInt8]

  init(_ name: String, of frame: Frame, as layout: Layout) throws(ImagingError) {
    self.name = name
    self.layout = layout
    width = frame.width
    height = frame.height
    bytes =
      switch layout {
      case .raw(let raw): frame.laidOut(as: raw)
      case .jpeg: try frame.jpeg(quality: 85)
      }
  }

  /// What the till does with the bytes of a camera's buffer.
  func frame() throws(ImagingError) -> Frame {
    switch layout {
    case .raw(let raw):
      try Frame(
        raw: bytes.span, layout: raw, width: width, height: height,
        bytesPerLine: raw.bytesPerLine(width: width))
    case .jpeg: try Frame(jpeg: bytes.span, width: width, height: height)
    }
  }
}

extension Frame {
  /// The pixels in BT.601, limited range; chroma of the left upper pixel of each group.
  fileprivate func laidOut(as layout: RawLayout) -> [UInt8] {
    func pixel(_ x: Int, _ y: Int) -> (blue: Double, green: Double, red: Double) {
      let at = (y * width + x) * 3
      return (Double(bgr[at]), Double(bgr[at + 1]), Double(bgr[at + 2]))
    }
    func luma(_ x: Int, _ y: Int) -> UInt8 {
      let (blue, green, red) = pixel(x, y)
      return UInt8(16 + 0.257 * red + 0.504 * green + 0.098 * blue)
    }
    func chroma(_ x: Int, _ y: Int) -> [UInt8] {
      let (blue, green, red) = pixel(x, y)
      return [
        UInt8(128 - 0.148 * red - 0.291 * green + 0.439 * blue),
        UInt8(128 + 0.439 * red - 0.368 * green - 0.071 * blue),
      ]
    }
    var bytes: [UInt8] = []
    switch layout {
    case .grey: for y in 0..<height { for x in 0..<width { bytes.append(luma(x, y)) } }
    case .yuyv:
      for y in 0..<height {
        for x in stride(from: 0, to: width, by: 2) {
          let colour = chroma(x, y)
          bytes += [luma(x, y), colour[0], luma(x + 1, y), colour[1]]
        }
      }
    case .nv12:
      bytes = laidOut(as: .grey)
      for y in stride(from: 0, to: height, by: 2) {
        for x in stride(from: 0, to: width, by: 2) { bytes += chroma(x, y) }
      }
    }
    return bytes
  }
}
