import CScenes
import Imaging

/// What of a portrait is cut out.
enum PortraitPart: Int32 {
  case whole = 0
  case head = 1
  case headAndShoulders = 2
  case eyes = 3
}

extension Frame {
  /// One byte a pixel: 0 transparent … 255 solid.
  static func mask(width: Int, height: Int, points: [Float], part: PortraitPart, hair: Float = 0)
    throws(ImagingError) -> [UInt8]
  {
    var mask = [UInt8](repeating: 0, count: width * height)
    try callingOpenCV { error in
      unsafe canteen_cv_mask(Int32(width), Int32(height), points, part.rawValue, hair, &mask, &error)
    }
    return mask
  }

  static func room(width: Int, height: Int, blur: Float, seed: UInt64) throws(ImagingError) -> Frame {
    var pixels = [UInt8](repeating: 0, count: width * height * 3)
    try callingOpenCV { error in
      unsafe canteen_cv_draw_room(Int32(width), Int32(height), blur, seed, &pixels, &error)
    }
    return try Frame(width: width, height: height, bgr: pixels)
  }

  func framed(border: Int, colour: [UInt8]) throws(ImagingError) -> Frame {
    let (outerWidth, outerHeight) = (width + 2 * border, height + 2 * border)
    var pixels = [UInt8](repeating: 0, count: outerWidth * outerHeight * 3)
    try unsafe withOpenCVImage { image, error in
      unsafe canteen_cv_framed(image, Int32(border), colour, &pixels, &error)
    }
    return try Frame(width: outerWidth, height: outerHeight, bgr: pixels)
  }

  /// - Parameter gain: of blue, green and red.
  func developed(sharpen: Float = 0, contrast: Float = 1, gain: [Float] = [1, 1, 1]) throws(ImagingError)
    -> Frame
  {
    var pixels = [UInt8](repeating: 0, count: bgr.count)
    try unsafe withOpenCVImage { image, error in
      unsafe canteen_cv_develop(image, sharpen, contrast, gain, &pixels, &error)
    }
    return try Frame(width: width, height: height, bgr: pixels)
  }

  func drawing(_ picture: Frame, mask: [UInt8], on surface: canteen_cv_surface) throws(ImagingError) -> Frame
  {
    var pixels = [UInt8](repeating: 0, count: bgr.count)
    try unsafe withOpenCVImage { frame, error in
      unsafe picture.bgr.withUnsafeBufferPointer { texture in
        let image = unsafe canteen_cv_image(
          pixels: texture.baseAddress, width: Int32(picture.width), height: Int32(picture.height))
        return unsafe canteen_cv_draw_surface(frame, image, mask, surface, &pixels, &error)
      }
    }
    return try Frame(width: width, height: height, bgr: pixels)
  }
}
