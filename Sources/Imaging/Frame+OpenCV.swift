public import COpenCV
import CanteenCore

extension Frame {
  /// Larger pictures are refused: 50 million pixels take 150 MB.
  public static let mostPixels: Int64 = 50_000_000

  /// Decodes a whole JPEG or PNG, turned upright by its EXIF orientation.
  public init(decoding bytes: [UInt8]) throws(ImagingError) {
    var picture: OpaquePointer?
    try callingOpenCV { error in
      unsafe canteen_cv_decode(bytes, bytes.count, Self.mostPixels, &picture, &error)
    }
    // The library hands the picture over; it is freed on every way out.
    defer { unsafe canteen_cv_picture_free(picture) }
    let width = unsafe Int(canteen_cv_picture_width(picture))
    let height = unsafe Int(canteen_cv_picture_height(picture))
    let pixels = unsafe [UInt8](unsafeUninitializedCapacity: width * height * 3) { buffer, count in
      unsafe canteen_cv_picture_copy(picture, buffer.baseAddress)
      count = width * height * 3
    }
    try self.init(width: width, height: height, bgr: pixels)
  }

  /// The frame as a JPEG, scaled down to `mostWidth` when it is wider.
  public func jpeg(quality: Int, mostWidth: Int = .max) throws(ImagingError) -> [UInt8] {
    if width > mostWidth {
      return try resized(width: mostWidth, height: max(1, height * mostWidth / width)).jpeg(quality: quality)
    }
    // JPEG is never larger than this for 8-bit colour, headers included.
    let capacity = width * height * 3 + 4_096
    var status: Result<Void, ImagingError> = .success(())
    let encoded = unsafe [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
      status = Result { () throws(ImagingError) in
        try unsafe withOpenCVImage { image, error in
          unsafe canteen_cv_encode_jpeg(image, Int32(quality), buffer.baseAddress, capacity, &count, &error)
        }
      }
    }
    try status.get()
    return encoded
  }

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
  case CANTEEN_CV_TOO_LARGE: throw .tooLarge(mostPixels: Frame.mostPixels)
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
