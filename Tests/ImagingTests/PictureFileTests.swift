import Foundation
import Imaging
import Testing

struct PictureFileTests {
  static let (red, green, blue, grey): (Colour, Colour, Colour, Colour) = (
    Colour(230, 20, 20), Colour(20, 200, 20), Colour(20, 20, 220), Colour(120, 120, 120)
  )

  /// Where the corners of the stored picture are to be seen: EXIF 2.3, tag 0x0112.
  /// "0th row" and "0th column" there say where the stored top and left belong.
  static let upright: [(UInt8, Corners)] = [
    (1, Corners(topLeft: red, topRight: green, bottomLeft: blue, bottomRight: grey)),
    (2, Corners(topLeft: green, topRight: red, bottomLeft: grey, bottomRight: blue)),
    (3, Corners(topLeft: grey, topRight: blue, bottomLeft: green, bottomRight: red)),
    (4, Corners(topLeft: blue, topRight: grey, bottomLeft: red, bottomRight: green)),
    (5, Corners(topLeft: red, topRight: blue, bottomLeft: green, bottomRight: grey)),
    (6, Corners(topLeft: blue, topRight: red, bottomLeft: grey, bottomRight: green)),
    (7, Corners(topLeft: grey, topRight: green, bottomLeft: blue, bottomRight: red)),
    (8, Corners(topLeft: green, topRight: grey, bottomLeft: red, bottomRight: blue)),
  ]

  @Test(arguments: upright)
  func `A photograph from a phone stands upright however the phone was held`(
    orientation: UInt8, expected: Corners
  ) throws {
    let stored = Corners(
      topLeft: Self.red, topRight: Self.green, bottomLeft: Self.blue, bottomRight: Self.grey)
    let file = try stored.painted(width: 64, height: 32).jpeg(quality: 95)
    let picture = try Frame(decoding: file.withEXIF(orientation: orientation))
    let sides = orientation < 5 ? (64, 32) : (32, 64)
    #expect((picture.width, picture.height) == sides)
    #expect(Corners(of: picture).isClose(to: expected))
  }

  @Test func `A picture written as JPEG is read back as it was`() throws {
    let corners = Corners(
      topLeft: Self.red, topRight: Self.grey, bottomLeft: Self.green, bottomRight: Self.blue)
    let picture = try corners.painted(width: 48, height: 80)
    let again = try Frame(decoding: picture.jpeg(quality: 90))
    #expect((again.width, again.height) == (48, 80))
    #expect(Corners(of: again).isClose(to: corners))
  }

  @Test func `What is transparent in a PNG becomes white, and grey gets three equal channels`() throws {
    let transparent = try Frame(
      decoding: Self.png(
        "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAYAAAD0In+KAAAAEUlEQVR4nGNgYPj/n0tEjgEAC54COxZLd88AAAAASUVORK5CYII="
      ))
    #expect(transparent.bgr == [255, 0, 0, 255, 255, 255])
    let grey = try Frame(
      decoding: Self.png(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGPwBQAATwBOaYsBbAAAAABJRU5ErkJggg=="))
    #expect(grey.bgr == [77, 77, 77])
  }

  @Test func `A file that claims a huge picture is refused before anything is decoded`() throws {
    var file = try Corners(topLeft: Self.red, topRight: Self.red, bottomLeft: Self.red, bottomRight: Self.red)
      .painted(width: 16, height: 16).jpeg(quality: 90)
    let start = try #require(file.indices.dropLast(1).first { file[$0] == 0xFF && file[$0 + 1] == 0xC0 })
    file.replaceSubrange(start + 5..<start + 9, with: [0xFF, 0xFF, 0xFF, 0xFF])
    #expect(throws: ImagingError.tooLarge(mostPixels: Frame.mostPixels)) { try Frame(decoding: file) }
  }

  @Test func `Garbage between right first and last bytes is no picture`() throws {
    let whole = try Corners(
      topLeft: Self.red, topRight: Self.blue, bottomLeft: Self.grey, bottomRight: Self.green
    )
    .painted(width: 64, height: 64).jpeg(quality: 90)
    var noTables = whole
    let tables = try #require(whole.indices.dropLast(1).first { whole[$0] == 0xFF && whole[$0 + 1] == 0xDB })
    noTables.replaceSubrange(tables + 4..<tables + 20, with: [UInt8](repeating: 0xEE, count: 16))
    for file in [[0xFF, 0xD8] + [UInt8](repeating: 7, count: 500) + [0xFF, 0xD9], noTables] {
      #expect(throws: ImagingError.unreadable) { try Frame(decoding: file) }
    }
  }

  private static func png(_ base64: String) throws -> [UInt8] {
    [UInt8](try #require(Data(base64Encoded: base64)))
  }
}

struct Colour: Equatable {
  let (red, green, blue): (UInt8, UInt8, UInt8)

  init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) { (self.red, self.green, self.blue) = (red, green, blue) }

  func isClose(to other: Colour) -> Bool {
    zip([red, green, blue], [other.red, other.green, other.blue]).allSatisfy { abs(Int($0) - Int($1)) < 30 }
  }
}

/// A picture of four quarters.
struct Corners {
  let topLeft, topRight, bottomLeft, bottomRight: Colour

  func painted(width: Int, height: Int) throws(ImagingError) -> Frame {
    let pixels = (0..<height).flatMap { y in
      (0..<width).flatMap { x in
        let colour =
          y < height / 2 ? (x < width / 2 ? topLeft : topRight) : (x < width / 2 ? bottomLeft : bottomRight)
        return [colour.blue, colour.green, colour.red]
      }
    }
    return try Frame(width: width, height: height, bgr: pixels)
  }

  func isClose(to other: Corners) -> Bool {
    topLeft.isClose(to: other.topLeft) && topRight.isClose(to: other.topRight)
      && bottomLeft.isClose(to: other.bottomLeft) && bottomRight.isClose(to: other.bottomRight)
  }
}

extension Corners {
  /// As seen in the middle of each quarter.
  init(of frame: Frame) {
    func colour(_ x: Int, _ y: Int) -> Colour {
      let at = ((y * frame.height / 4) * frame.width + x * frame.width / 4) * 3
      return Colour(frame.bgr[at + 2], frame.bgr[at + 1], frame.bgr[at])
    }
    self.init(
      topLeft: colour(1, 1), topRight: colour(3, 1), bottomLeft: colour(1, 3), bottomRight: colour(3, 3))
  }
}

extension [UInt8] {
  /// This JPEG with an APP1 segment that holds one TIFF entry: the orientation.
  func withEXIF(orientation: UInt8) -> [UInt8] {
    let tiff: [UInt8] = [
      0x4D, 0x4D, 0, 42, 0, 0, 0, 8,  // big-endian, directory at 8
      0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0,  // one entry: SHORT × 1
      0, 0, 0, 0,
    ]
    let content = Array("Exif\0\0".utf8) + tiff
    return self[..<2] + [0xFF, 0xE1, 0, UInt8(content.count + 2)] + content + self[2...]
  }
}
