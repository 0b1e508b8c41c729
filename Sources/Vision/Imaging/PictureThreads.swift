import COpenCV

/// How many threads the whole process uses for pictures and neural networks.
public enum PictureThreads {
  /// The number unless the settings give another.
  public static let usual = 2

  /// Sets the number. Call it before the first frame; the same number may be set again.
  ///
  /// - Parameter count: 1 or more.
  /// - Throws: ``ImagingError/failed(_:)`` when another number is already in use: OpenCV cannot change it
  ///   while any thread works.
  public static func use(_ count: Int) throws(ImagingError) {
    try callingOpenCV { error in unsafe canteen_cv_use_threads(Int32(clamping: count), &error) }
  }
}
