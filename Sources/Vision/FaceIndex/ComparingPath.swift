import CFaceIndex

/// The machine code that compares templates; one per instruction set the machine has.
///
/// `@unchecked`: the pointer names a constant of the program.
@safe package struct ComparingPath: @unchecked Sendable, CustomStringConvertible {
  let pointer: OpaquePointer

  /// All that run here, fastest first.
  package static var supported: [ComparingPath] {
    var paths: [ComparingPath] = []
    while let pointer = unsafe canteen_face_path_at(paths.count) {
      unsafe paths.append(ComparingPath(pointer: pointer))
    }
    return paths
  }

  static var fastest: ComparingPath { supported[0] }

  package var description: String { unsafe String(cString: canteen_face_path_name(pointer)) }
}

/// How a search goes through the templates. Both give the same answer.
package enum SearchPass: Sendable, CaseIterable {
  /// All floats.
  case floats
  /// All 8-bit codes, and the floats of those rows only that may still change the answer.
  case codes
}
