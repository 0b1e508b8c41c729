import CanteenCore
import CFaceIndex

/// Memory for the floats and codes of 16,384 templates, in rows.
///
/// `@unchecked`: a row is written or erased only while no state of the index that is being read counts it as live,
/// and the C code reads live rows only.
@safe final class TemplateSegment: @unchecked Sendable {
  static let rows = Int(CANTEEN_FACE_SEGMENT_ROWS)

  let pointer: OpaquePointer

  init() throws(FaceIndexError) {
    guard let pointer = unsafe canteen_face_segment_create() else { throw .noMemory }
    unsafe self.pointer = pointer
  }

  deinit { unsafe canteen_face_segment_destroy(pointer) }

  func write(_ template: Embedding, to row: Int) {
    let status = unsafe template.values.withUnsafeBufferPointer { values in
      unsafe canteen_face_segment_write(pointer, UInt32(row), values.baseAddress)
    }
    precondition(status == 0, "every embedding has length 1, and rows come from the books")
  }

  func erase(_ row: Int) {
    let status = unsafe canteen_face_segment_erase(pointer, UInt32(row))
    precondition(status == 0, "rows come from the books")
  }
}

/// Where a template lies.
struct RowPlace: Hashable, Sendable {
  private let packed: UInt32

  init(segment: Int, row: Int) { packed = UInt32(segment * TemplateSegment.rows + row) }

  var segment: Int { Int(packed) / TemplateSegment.rows }
  var row: Int { Int(packed) % TemplateSegment.rows }
}
