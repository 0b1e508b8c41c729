/// By how many degrees a camera's pictures are turned clockwise to undo how it was mounted.
public enum QuarterTurn: Int, Sendable, CaseIterable, Codable {
  case none = 0
  case right = 90
  case half = 180
  case left = 270
}

extension Frame {
  /// The frame turned clockwise, then mirrored left to right.
  public func turned(_ turn: QuarterTurn, mirrored: Bool) -> Frame {
    guard turn != .none || mirrored else { return self }
    let isOnItsSide = turn == .right || turn == .left
    let (outWidth, outHeight) = isOnItsSide ? (height, width) : (width, height)
    let pixels = unsafe [UInt8](unsafeUninitializedCapacity: bgr.count) { out, count in
      unsafe bgr.withUnsafeBufferPointer { pixels in
        for y in 0..<outHeight {
          for x in 0..<outWidth {
            let column = mirrored ? outWidth - 1 - x : x
            let (fromX, fromY) =
              switch turn {
              case .none: (column, y)
              case .right: (y, height - 1 - column)
              case .half: (width - 1 - column, height - 1 - y)
              case .left: (width - 1 - y, column)
              }
            let (to, from) = ((y * outWidth + x) * 3, (fromY * width + fromX) * 3)
            unsafe out[to] = pixels[from]
            unsafe out[to + 1] = pixels[from + 1]
            unsafe out[to + 2] = pixels[from + 2]
          }
        }
      }
      count = bgr.count
    }
    return Frame(turned: self, width: outWidth, height: outHeight, bgr: pixels)
  }
}
