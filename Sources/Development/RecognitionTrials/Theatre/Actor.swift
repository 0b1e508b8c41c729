import Foundation
import Imaging

/// Somebody, or something that shows somebody, in a scene: what it looks like and where it is when.
struct Actor {
  /// Where an actor is at one moment; between two of them it starts and stops gently.
  struct Mark {
    let at: Float
    /// Between the eyes, in frame pixels.
    let x: Float
    let y: Float
    /// Eye distance in frame pixels; who is nearer is larger.
    let unit: Float
  }

  /// Who is seen: the number of a person of the cast.
  let person: Int
  var layer: Layer
  /// In the order of time. Before the first and after the last the actor is not there.
  var marks: [Mark]
  /// Moments at which it is not seen although it is there.
  var isHidden: (_ seconds: Float) -> Bool = { _ in false }

  /// nil while it is not there.
  func place(at seconds: Float) -> Mark? {
    guard let first = marks.first, let last = marks.last, seconds >= first.at, seconds <= last.at,
      !isHidden(seconds)
    else { return nil }
    guard let next = marks.firstIndex(where: { $0.at > seconds }), next > 0 else { return last }
    let (from, to) = (marks[next - 1], marks[next])
    let share = (seconds - from.at) / max(to.at - from.at, 0.001)
    let eased = share * share * (3 - 2 * share)
    func between(_ one: Float, _ other: Float) -> Float { one + (other - one) * eased }
    return Mark(
      at: seconds, x: between(from.x, to.x), y: between(from.y, to.y), unit: between(from.unit, to.unit))
  }

  func placed(at mark: Mark) -> Layer {
    var layer = layer
    layer.place = (mark.x, mark.y)
    layer.scale *= mark.unit / layer.unit
    layer.unit = mark.unit
    return layer
  }
}
