import Imaging

/// A bona fide presentation as a display shows it: cut around the head, in the display's light, with its bezel.
final class Film {
  let presentation: Presentation
  let left: Int
  let top: Int
  let width: Int
  let height: Int
  let bezel: Int
  let bezelColour: [UInt8]
  let contrast: Float
  let gain: [Float]

  init(
    presentation: Presentation, left: Int, top: Int, width: Int, height: Int, bezel: Int,
    bezelColour: [UInt8],
    contrast: Float, gain: [Float]
  ) {
    self.presentation = presentation
    self.left = left
    self.top = top
    self.width = width
    self.height = height
    self.bezel = bezel
    self.bezelColour = bezelColour
    self.contrast = contrast
    self.gain = gain
  }

  var outerWidth: Int { width + 2 * bezel }
  var outerHeight: Int { height + 2 * bezel }

  func picture(at seconds: Float) throws(ImagingError) -> Frame {
    try presentation.drawn(at: seconds).cropped(left: left, top: top, width: width, height: height)
      .developed(contrast: contrast, gain: gain).framed(border: bezel, colour: bezelColour)
  }
}
