import CanteenCore
import CFaceIndex
import Testing

@testable import FaceIndex

/// What the C side refuses whoever calls it.
struct ShimBoundsTests {
  private let segment: TemplateSegment
  private let unit: [Float] = [1] + Array(repeating: 0, count: 127)
  private let beyond = UInt32(TemplateSegment.rows)

  init() throws { segment = try TemplateSegment() }

  @Test func `There is no row behind the last`() {
    unsafe #expect(canteen_face_segment_write(segment.pointer, beyond - 1, unit) == 0)
    for row in [beyond, beyond + 1, .max] {
      unsafe #expect(canteen_face_segment_write(segment.pointer, row, unit) == -22)
      unsafe #expect(canteen_face_segment_erase(segment.pointer, row) == -22)
      // A pointer inside the macro is beyond what Swift 6.2 can mark.
      let hasFloats = unsafe canteen_face_segment_row(segment.pointer, row) != nil
      #expect(!hasFloats)
      unsafe #expect(canteen_face_segment_traces(segment.pointer, row) == 0)
    }
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity, 0, 0.5, 2, 1e30])
  func `Floats that are no unit vector are refused as a template and as a probe`(first: Float) {
    let flawed = [first] + Array(unit.dropFirst())
    var probe = canteen_face_probe()
    unsafe #expect(canteen_face_segment_write(segment.pointer, 0, flawed) == -22)
    unsafe #expect(canteen_face_probe_prepare(&probe, flawed) == -22)
    unsafe #expect(canteen_face_segment_traces(segment.pointer, 0) == 0)
  }

  @Test func `There is no block behind the last`() throws {
    unsafe #expect(canteen_face_segment_write(segment.pointer, 0, unit) == 0)
    var probe = canteen_face_probe()
    unsafe #expect(canteen_face_probe_prepare(&probe, unit) == 0)
    let live = [UInt64](repeating: .max, count: TemplateSegment.rows / 64)
    var hits = [canteen_face_hit](repeating: canteen_face_hit(), count: BlockComparison.rows)
    for path in ComparingPath.supported {
      for (block, count) in [(UInt32(0), UInt32(1)), (16, 0), (.max, 0)] {
        let found = unsafe canteen_face_above(
          path.pointer, segment.pointer, live, block, &probe, 0.5, &hits)
        #expect(found == count, "\(path), block \(block)")
      }
    }
  }
}
