import Imaging
import Testing

@testable import SystemTrials

@Suite struct FilmTests {
  /// Blue, green, red: colours of opposite corners of the cube, and greys.
  private static let colours: [[UInt8]] = [
    [0, 0, 0], [255, 255, 255], [128, 128, 128], [30, 60, 200], [200, 60, 30], [60, 200, 30],
  ]

  @Test(arguments: colours) func `the till reads the film's colours as they were`(colour: [UInt8]) throws {
    let frame = try Frame(width: 4, height: 2, bgr: Array((0..<8).map { _ in colour }.joined()))
    let seen = try Frame(raw: frame.yuyv.span, layout: .yuyv, width: 4, height: 2, bytesPerLine: 8)
    for (one, other) in zip(frame.bgr, seen.bgr) { #expect(abs(Int(one) - Int(other)) <= 4) }
  }

  @Test func `two pixels share their colour and keep their brightness`() throws {
    let frame = try Frame(width: 2, height: 1, bgr: [0, 0, 0, 255, 255, 255])
    #expect(frame.yuyv == [16, 128, 235, 128])
  }
}
