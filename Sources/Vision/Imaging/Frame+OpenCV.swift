import CanteenCore
public import COpenCV

extension Frame {
  /// The frame scaled to another size.
  public func resized(width: Int, height: Int) throws(ImagingError) -> Frame {
    guard (1...1 << 15).contains(width), (1...1 << 15).contains(height) else {
      throw .wrongSize(width: width, height: height, bytes: 0)
    }
    let pixels = try unsafe pixels(width * height * 3) { image, buffer, error in
      unsafe canteen_cv_resize(image, Int32(width), Int32(height), buffer, &error)
    }
    return try Frame(width: width, height: height, bgr: pixels, sequence: sequence, capturedAt: capturedAt)
  }

  /// Lends the pixels to one call of the C interface.
  public func withOpenCVImage(
    _ call: (canteen_cv_image, inout canteen_cv_error) -> Int32
  ) throws(ImagingError) {
    var status: Result<Void, ImagingError> = .success(())
    unsafe bgr.withUnsafeBufferPointer { buffer in
      let image = unsafe canteen_cv_image(
        pixels: buffer.baseAddress, width: Int32(width), height: Int32(height))
      status = Result { () throws(ImagingError) in
        try callingOpenCV { error in unsafe call(image, &error) }
      }
    }
    try status.get()
  }

  /// Lends the pixels to one call that writes `count` new bytes.
  func pixels(
    _ count: Int,
    _ call: (canteen_cv_image, UnsafeMutablePointer<UInt8>?, inout canteen_cv_error) -> Int32
  ) throws(ImagingError) -> [UInt8] {
    var status: Result<Void, ImagingError> = .success(())
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      status = Result { () throws(ImagingError) in
        try unsafe withOpenCVImage { image, error in unsafe call(image, buffer.baseAddress, &error) }
      }
      if case .success = status { filled = count }
    }
    try status.get()
    return bytes
  }
}

/// Turns a status and its message into an error.
public func callingOpenCV(_ call: (inout canteen_cv_error) -> Int32) throws(ImagingError) {
  var error = canteen_cv_error()
  switch call(&error) {
  case CANTEEN_CV_OK: return
  case CANTEEN_CV_UNREADABLE: throw .unreadable
  default: throw .failed(error.message)
  }
}

extension canteen_cv_error {
  fileprivate var message: String {
    unsafe withUnsafeBytes(of: text) { bytes in
      unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}
