private import COpenCV
private import CPictures

/// How a camera lays out a picture that is not compressed.
public enum RawLayout: Sendable, CaseIterable {
  /// 4:2:2, two bytes a pixel.
  case yuyv
  /// 4:2:0: all of the luma, then the chroma of two pixels by two in rows of the same length.
  case nv12
  /// Luma only.
  case grey

  /// Bytes of one row without a gap.
  public func bytesPerLine(width: Int) -> Int {
    self == .yuyv ? width * 2 : width
  }

  /// Bytes of a whole picture; the last row ends where its pixels end.
  public func leastBytes(width: Int, height: Int, bytesPerLine: Int) -> Int {
    let rows = self == .nv12 ? height + height / 2 : height
    return bytesPerLine * (rows - 1) + self.bytesPerLine(width: width)
  }

  fileprivate var asSeenByOpenCV: canteen_cv_layout {
    switch self {
    case .yuyv: CANTEEN_CV_YUYV
    case .nv12: CANTEEN_CV_NV12
    case .grey: CANTEEN_CV_GREY
    }
  }
}

/// Pictures straight from a camera's buffer, in one pass and without another copy.
extension Frame {
  /// - Parameter bytesPerLine: of the driver; rows may have gaps.
  /// - Throws: ``ImagingError/unreadable`` when the bytes do not fill the picture.
  public init(
    raw bytes: Span<UInt8>, layout: RawLayout, width: Int, height: Int, bytesPerLine: Int
  ) throws(ImagingError) {
    let isPossible = bytesPerLine > 0
    let pixels = try unsafe Self.pixels(width: width, height: height) { bgr, error in
      guard isPossible else { return CANTEEN_CV_UNREADABLE }
      return unsafe bytes.withUnsafeBufferPointer { buffer in
        unsafe canteen_cv_from_raw(
          buffer.baseAddress, buffer.count, layout.asSeenByOpenCV, Int32(width), Int32(height), bytesPerLine,
          bgr, &error)
      }
    }
    try self.init(width: width, height: height, bgr: pixels)
  }

  /// A JPEG of exactly this size, with or without Huffman tables of its own.
  ///
  /// - Throws: ``ImagingError/unreadable`` when it was cut off, is not a JPEG, or claims another size.
  public init(jpeg bytes: Span<UInt8>, width: Int, height: Int) throws(ImagingError) {
    let pixels = try unsafe Self.pixels(width: width, height: height) { bgr, _ in
      unsafe bytes.withUnsafeBufferPointer { buffer in
        let asStored = canteen_picture_header(width: Int64(width), height: Int64(height), orientation: 1)
        return unsafe canteen_picture_decode(buffer.baseAddress, buffer.count, asStored, bgr)
          == CANTEEN_PICTURE_OK ? CANTEEN_CV_OK : CANTEEN_CV_UNREADABLE
      }
    }
    try self.init(width: width, height: height, bgr: pixels)
  }

  /// A picture that somebody else writes.
  ///
  /// - Parameter fill: is lent `width * height * 3` bytes that hold nothing yet, and says whether it filled them.
  public init(
    width: Int, height: Int, filledBy fill: (UnsafeMutableBufferPointer<UInt8>) -> Bool
  ) throws(ImagingError) {
    let pixels = try unsafe Self.pixels(width: width, height: height) { bgr, _ in
      let buffer = unsafe UnsafeMutableBufferPointer(start: bgr, count: width * height * 3)
      return unsafe fill(buffer) ? CANTEEN_CV_OK : CANTEEN_CV_UNREADABLE
    }
    try self.init(width: width, height: height, bgr: pixels)
  }

  private static func pixels(
    width: Int, height: Int,
    writtenBy write: (UnsafeMutablePointer<UInt8>?, inout canteen_cv_error) -> Int32
  ) throws(ImagingError) -> [UInt8] {
    let sides = 1...1 << 15
    guard sides.contains(width), sides.contains(height) else {
      throw .wrongSize(width: width, height: height, bytes: 0)
    }
    var status: Result<Void, ImagingError> = .success(())
    let bgr = unsafe [UInt8](unsafeUninitializedCapacity: width * height * 3) { buffer, filled in
      status = Result { () throws(ImagingError) in
        try callingOpenCV { error in unsafe write(buffer.baseAddress, &error) }
      }
      if case .success = status { filled = width * height * 3 }
    }
    try status.get()
    return bgr
  }
}
