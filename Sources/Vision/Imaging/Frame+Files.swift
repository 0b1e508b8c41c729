import CPictures

extension Frame {
  /// Larger pictures are refused: 50 million pixels take 150 MB.
  public static let mostPixels: Int64 = 50_000_000

  /// Decodes a whole JPEG or PNG; a JPEG is turned upright by its EXIF orientation.
  public init(decoding bytes: [UInt8]) throws(ImagingError) {
    var header = canteen_picture_header()
    guard unsafe canteen_picture_read_header(bytes, bytes.count, &header) == CANTEEN_PICTURE_OK else {
      throw .unreadable
    }
    guard header.width <= Self.mostPixels / header.height else {
      throw .tooLarge(mostPixels: Self.mostPixels)
    }
    let (width, height) = (Int(header.width), Int(header.height))
    var status = CANTEEN_PICTURE_OK
    let pixels = unsafe [UInt8](unsafeUninitializedCapacity: width * height * 3) { buffer, count in
      status = unsafe canteen_picture_decode(bytes, bytes.count, header, buffer.baseAddress)
      if status == CANTEEN_PICTURE_OK { count = width * height * 3 }
    }
    switch status {
    case CANTEEN_PICTURE_OK: try self.init(width: width, height: height, bgr: pixels)
    case CANTEEN_PICTURE_UNREADABLE: throw .unreadable
    default: throw .failed("there is no memory to decode \(width)×\(height) pixels")
    }
  }

  /// The frame as a JPEG, scaled down to `mostWidth` when it is wider.
  public func jpeg(quality: Int, mostWidth: Int = .max) throws(ImagingError) -> [UInt8] {
    if width > mostWidth {
      return try resized(width: mostWidth, height: max(1, height * mostWidth / width)).jpeg(quality: quality)
    }
    let capacity = canteen_picture_most_jpeg_bytes(Int32(width), Int32(height))
    var status = CANTEEN_PICTURE_OK
    let encoded = unsafe [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
      status = unsafe canteen_picture_encode_jpeg(
        bgr, Int32(width), Int32(height), Int32(quality), buffer.baseAddress, capacity, &count)
      if status != CANTEEN_PICTURE_OK { count = 0 }
    }
    guard status == CANTEEN_PICTURE_OK else { throw .failed("a JPEG of \(width)×\(height) was not encoded") }
    return encoded
  }
}
