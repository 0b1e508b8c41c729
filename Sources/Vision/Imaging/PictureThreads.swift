import COpenCV

/// With how many threads pictures and networks are worked on, in the whole process.
public enum PictureThreads {
  /// When nobody says otherwise.
  public static let usual = 2

  /// Settles the number. Call it before the first frame; the same number may be asked for again.
  ///
  /// - Parameter count: 1 or more.
  /// - Throws: ``ImagingError/failed(_:)`` when another number is in use already: OpenCV cannot change it while
  ///   anything works.
  public static func use(_ count: Int) throws(ImagingError) {
    try callingOpenCV { error in unsafe canteen_cv_use_threads(Int32(clamping: count), &error) }
  }
}
