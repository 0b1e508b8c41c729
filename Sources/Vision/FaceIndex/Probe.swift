import CanteenCore
import CFaceIndex

/// A face in the form that rows are compared with.
struct Probe {
  private(set) var raw = canteen_face_probe()

  init(_ face: Embedding) {
    unsafe face.values.withUnsafeBufferPointer { values in unsafe prepare(values.baseAddress) }
  }

  /// A template of the index itself.
  init(_ segment: TemplateSegment, _ row: Int) {
    unsafe prepare(canteen_face_segment_row(segment.pointer, UInt32(row)))
  }

  private mutating func prepare(_ values: UnsafePointer<Float>?) {
    let status = unsafe canteen_face_probe_prepare(&raw, values)
    precondition(status == 0, "every embedding has length 1")
  }
}
