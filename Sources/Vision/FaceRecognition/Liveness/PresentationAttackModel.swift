import COpenCV
public import Foundation
public import Imaging

/// A detector made of an ONNX file and its manifest. One caller at a time.
@safe public final class PresentationAttackModel: PresentationAttackDetector {
  /// Numbers an answer may have.
  private static let mostNumbers = 1_000

  private let manifest: PresentationAttackManifest
  private let classifier: OpaquePointer

  public var threshold: Float { manifest.threshold }

  public init(manifest url: URL) throws(ManifestError) {
    let (manifest, model) = try PresentationAttackManifest.read(url)
    self.manifest = manifest
    var made: OpaquePointer?
    do {
      try callingOpenCV { error in unsafe canteen_cv_classifier_make(model.path, &made, &error) }
    } catch {
      throw .unusable(error.description)
    }
    guard let made = unsafe made else { throw .unusable("the engine returned nothing") }
    unsafe classifier = made
  }

  deinit {
    // It was handed over by its make function and is freed nowhere else.
    unsafe canteen_cv_classifier_free(classifier)
  }

  public func liveness(of face: DetectedFace, in frame: Frame) throws(ImagingError) -> Float {
    let input = canteen_cv_classifier_input(
      side: Int32(manifest.inputSide), margin: manifest.margin,
      mean: (manifest.mean[0], manifest.mean[1], manifest.mean[2]), scale: manifest.scale,
      takes_rgb: manifest.channels == .rgb ? 1 : 0)
    let box = [face.box.x, face.box.y, face.box.width, face.box.height]
    var answer = [Float](repeating: 0, count: Self.mostNumbers)
    var count: Int32 = 0
    try unsafe frame.withOpenCVImage { image, error in
      unsafe canteen_cv_classify(
        classifier, image, box, input, &answer, Int32(answer.count), &count, &error)
    }
    let numbers = answer.prefix(Int(count))
    guard manifest.liveIndex < numbers.count, numbers.allSatisfy(\.isFinite) else {
      throw .failed("the liveness model gives no number \(manifest.liveIndex)")
    }
    switch manifest.answer {
    case .probabilities:
      guard (0...1).contains(numbers[manifest.liveIndex]) else {
        throw .failed("the liveness model gives \(numbers[manifest.liveIndex]) as a probability")
      }
      return numbers[manifest.liveIndex]
    case .logits:
      let highest = numbers.max() ?? 0
      let powers = numbers.map { exp($0 - highest) }
      return powers[manifest.liveIndex] / powers.reduce(0, +)
    }
  }
}
