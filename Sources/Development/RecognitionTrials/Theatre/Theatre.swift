import FaultInjection
import Imaging

/// Makes scenes out of portraits: as many as one likes, each kind of question asked anew by each seed.
public struct Theatre {
  /// One person and the pictures of them that may be shown.
  public struct Person: Sendable {
    public let portraits: [Portrait]

    public init(portraits: [Portrait]) {
      self.portraits = portraits
    }
  }

  /// Everybody; the last one is enrolled nowhere.
  public let cast: [Person]

  /// - Parameter cast: at least three people.
  public init(cast: [Person]) throws(AttackSetError) {
    guard cast.count >= 3 else { throw .tooFewPortraits(cast.count) }
    self.cast = cast
  }

  private var stranger: Int { cast.count - 1 }
  private static let (width, height): (Float, Float) = (Float(Presentation.width), Float(Presentation.height))
  private static let middle: (x: Float, y: Float) = (width / 2, height * 0.42)

  public func scene(_ kind: Scene.Kind, seed: UInt64) throws(AttackSetError) -> Scene {
    var random = SeededRandom(seed: seed, stream: "theatre \(kind.rawValue)")
    do {
      return try scene(kind, seed: seed, &random)
    } catch {
      throw .drawing("\(error)")
    }
  }

  /// The pieces of a scene, before it is played.
  private struct Draft {
    var seconds: Float = 5
    var framesPerSecond: Float = 25
    var shutter: Float = 0.004
    var amountAt: [Float] = [0.6]
    var isFixedPrice = false
    var actors: [Actor] = []
    var freezesAt: Float?
    var mayPay: Set<Int> = []
    var mustPay: Set<Int> = []
    var comesAt: Float = 0
  }

  private func scene(_ kind: Scene.Kind, seed: UInt64, _ random: inout SeededRandom) throws(ImagingError)
    -> Scene
  {
    var draft = Draft()
    let first = random.pick(0...stranger - 1)
    let second = (first + 1) % stranger
    let unit = random.number(46...62)
    let near = Spot(
      x: Self.middle.x + random.number(-25...25), y: Self.middle.y + random.number(-12...12), unit: unit)
    let behind = Spot(
      x: near.x + (random.happens(0.5) ? 1 : -1) * random.number(150...200),
      y: near.y - random.number(10...40),
      unit: unit * random.number(0.5...0.62))
    switch kind {
    case .payer:
      draft.actors = [try living(first, stays(near, 0, 5), &random)]
      (draft.mayPay, draft.mustPay) = ([first], [first])
    case .cut:
      let gone = random.number(0.62...0.8)
      let back = gone + random.number(0...0.3)
      draft.actors = [
        try living(first, stays(near, 0, gone), &random), try living(second, stays(near, back, 6), &random),
      ]
      draft.seconds = 6
      draft.mayPay = [first]
    case .quickLeave:
      let gone = random.number(0.65...0.85)
      draft.actors = [
        try living(first, stays(near, 0, gone) + walksOut(near, gone, random.number(0.25...0.5)), &random),
        try living(
          second, walksIn(to: near, gone + random.number(0...0.3), 0.5) + stays(near, gone + 1, 6), &random),
      ]
      draft.seconds = 6
      draft.mayPay = [first]
    case .cover:
      let passes = random.number(0.2...0.5)
      let front = Spot(x: near.x, y: near.y, unit: unit * random.number(1.15...1.3))
      draft.actors = [
        try living(first, stays(near, 0, 6), &random),
        try living(second, passesBy(front, from: passes, for: random.number(0.7...1)), &random),
      ]
      draft.seconds = 6
      (draft.mayPay, draft.mustPay) = ([first], [first])
    case .sideBySide:
      let (left, right) = (near.aside(-140), near.aside(140))
      let back = random.number(1.2...1.8)
      let behindRight = right.aside(20).scaled(0.55)
      draft.actors = [
        try living(
          first, stays(left, 0, back) + moves(to: near, back, 0.5) + stays(near, back + 0.5, 6), &random),
        try living(
          second,
          stays(right, 0, back) + moves(to: behindRight, back, 0.5) + stays(behindRight, back + 0.5, 6),
          &random),
      ]
      draft.seconds = 6
      (draft.mayPay, draft.mustPay) = ([first], [first])
    case .sideways:
      let beside = near.aside(random.happens(0.5) ? 150 : -150).scaled(0.7)
      draft.actors = [
        try living(first, stays(near, 0, 5), &random),
        try living(
          second, walksIn(to: beside, random.number(0.3...0.9), 0.6) + stays(beside, 1.6, 5), &random),
      ]
      (draft.mayPay, draft.mustPay) = ([first], [first])
    case .queue:
      draft.actors = [
        try living(first, stays(near, 0, 5), &random), try living(second, stays(behind, 0, 5), &random),
      ]
      (draft.mayPay, draft.mustPay) = ([first], [first])
    case .crossing:
      let crosses = random.number(0.9...1.3)
      draft.actors = [
        try living(first, stays(near, 0, 5), &random),
        try living(second, passesBy(behind.scaled(0.9), from: crosses, for: 0.9), &random),
      ]
      (draft.mayPay, draft.mustPay) = ([first], [first])
    case .strangerFirst:
      let leaves = random.number(2...2.6)
      draft.isFixedPrice = true
      draft.actors = [
        try living(stranger, stays(near, 0, leaves) + walksOut(near, leaves, 0.5), &random),
        try living(
          first,
          stays(behind, 0, leaves + 0.2) + moves(to: near, leaves + 0.2, 0.6) + stays(near, leaves + 0.8, 7),
          &random),
      ]
      draft.seconds = 7
      (draft.mayPay, draft.mustPay, draft.comesAt) = ([first], [first], leaves + 0.8)
    case .raisedPhone:
      let raised = random.number(1.2...2)
      draft.isFixedPrice = random.happens(0.5)
      draft.actors = [
        try living(stranger, stays(near, 0, 7), &random),
        try phone(
          first,
          moves(
            from: Spot(x: near.x, y: Self.height + 120, unit: unit * 1.1), to: near.scaled(1.1), raised, 0.4)
            + stays(near.scaled(1.1), raised + 0.4, 7), &random),
      ]
      draft.seconds = 7
    case .phoneThenStranger:
      let lowered = random.number(0.3...0.9)
      draft.amountAt = [lowered + 0.35]
      draft.actors = [
        try living(stranger, stays(near, 0, 6), &random),
        try phone(
          first,
          stays(near.scaled(1.1), 0, lowered)
            + moves(
              from: near.scaled(1.1), to: Spot(x: near.x, y: Self.height + 120, unit: unit), lowered, 0.3),
          &random),
      ]
      draft.seconds = 6
    case .jumping:
      let other = near.aside(random.happens(0.5) ? 160 : -160)
      var here = try living(first, stays(near, 0, 4), &random)
      var there = try living(second, stays(other, 0, 4), &random)
      here.isHidden = { Int($0 * 25) % 2 == 1 }
      there.isHidden = { Int($0 * 25) % 2 == 0 }
      draft.actors = [here, there]
      draft.seconds = 4
    case .crowd:
      draft.actors = try (0..<10).map { number throws(ImagingError) in
        let spot = Spot(
          x: 60 + Float(number % 5) * 128, y: 130 + Float(number / 5) * 190, unit: random.number(26...30))
        return try living(number % cast.count, stays(spot, 0, 3), &random)
      }
      draft.seconds = 3
    case .poster:
      draft.actors = [
        try poster(first, stays(behind.aside(10), 0, 5), &random),
        try living(stranger, stays(near, 0, 5), &random),
      ]
    case .frozen:
      draft.actors = [try living(first, stays(near, 0, 5), &random)]
      draft.freezesAt = 0.5
      draft.mayPay = [first]
    case .blurred:
      draft.shutter = random.number(0.010...0.032)
      let comes = random.number(0.3...0.5)
      draft.actors = [
        try living(
          first, walksIn(to: near, comes, random.number(0.5...0.8)) + stays(near, comes + 0.8, 5), &random)
      ]
      (draft.mayPay, draft.mustPay, draft.comesAt) = ([first], [first], comes)
    case .slow:
      draft.framesPerSecond = 5
      draft.seconds = 6
      draft.actors = [
        try living(first, stays(near, 0, 6), &random), try living(second, stays(behind, 0, 6), &random),
      ]
      (draft.mayPay, draft.mustPay) = ([first], [first])
    case .slot:
      draft.shutter = random.number(0.004...0.016)
      draft.amountAt = [0.1]
      let walk = random.number(0.5...0.7)
      draft.actors = [
        try living(
          first, walksIn(to: near, 0.05, walk) + stays(near, walk + 0.05, 2.5) + walksOut(near, 2.5, 0.5),
          &random)
      ]
      draft.seconds = 3
      (draft.mayPay, draft.mustPay, draft.comesAt) = ([first], [first], walk + 0.05)
    }
    return Scene(
      kind: kind, seconds: draft.seconds, framesPerSecond: draft.framesPerSecond, shutter: draft.shutter,
      cues: draft.isFixedPrice ? [] : draft.amountAt.map { ($0, .amount) }, isFixedPrice: draft.isFixedPrice,
      room: try Frame.room(
        width: Presentation.width, height: Presentation.height, blur: random.number(0...3),
        seed: random.next()),
      actors: draft.actors, freezesAt: draft.freezesAt, noise: random.number(1.5...4), seed: random.next(),
      mayPay: draft.mayPay, mustPay: draft.mustPay, comesAt: draft.comesAt)
  }

  // MARK: Where somebody is

  private struct Spot {
    let x: Float
    let y: Float
    let unit: Float

    func aside(_ pixels: Float) -> Spot { Spot(x: x + pixels, y: y, unit: unit) }
    func scaled(_ factor: Float) -> Spot { Spot(x: x, y: y, unit: unit * factor) }
    func mark(_ time: Float) -> Actor.Mark { Actor.Mark(at: time, x: x, y: y, unit: unit) }
  }

  private func stays(_ spot: Spot, _ from: Float, _ until: Float) -> [Actor.Mark] {
    [spot.mark(from), spot.mark(until)]
  }

  private func moves(to spot: Spot, _ from: Float, _ takes: Float) -> [Actor.Mark] {
    [spot.mark(from + takes)]
  }

  private func moves(from start: Spot, to spot: Spot, _ from: Float, _ takes: Float) -> [Actor.Mark] {
    [start.mark(from), spot.mark(from + takes)]
  }

  private func walksIn(to spot: Spot, _ from: Float, _ takes: Float) -> [Actor.Mark] {
    moves(from: Spot(x: -spot.unit * 2, y: spot.y, unit: spot.unit * 0.75), to: spot, from, takes)
  }

  private func walksOut(_ spot: Spot, _ from: Float, _ takes: Float) -> [Actor.Mark] {
    [Spot(x: Self.width + spot.unit * 2, y: spot.y, unit: spot.unit * 0.8).mark(from + takes)]
  }

  private func passesBy(_ spot: Spot, from: Float, for takes: Float) -> [Actor.Mark] {
    let (left, right) = (
      Spot(x: -spot.unit * 2, y: spot.y, unit: spot.unit),
      Spot(x: Self.width + spot.unit * 2, y: spot.y, unit: spot.unit)
    )
    return moves(from: left, to: right, from, takes)
  }

  // MARK: What is seen

  private func living(_ person: Int, _ marks: [Actor.Mark], _ random: inout SeededRandom) throws(ImagingError)
    -> Actor
  {
    let portraits = cast[person].portraits
    let layer = try Layer.living(
      portraits[random.pick(0...portraits.count - 1)], at: Self.middle, unit: 54, motion: .standing(&random),
      &random)
    return Actor(person: person, layer: layer, marks: marks)
  }

  /// A phone that shows a picture of somebody, as large as their face.
  private func phone(_ person: Int, _ marks: [Actor.Mark], _ random: inout SeededRandom) throws(ImagingError)
    -> Actor
  {
    try sheet(
      of: person, border: 14, colour: [18, 18, 18], gain: random.number(1...1.2), .held(&random), marks,
      &random)
  }

  private func poster(_ person: Int, _ marks: [Actor.Mark], _ random: inout SeededRandom) throws(ImagingError)
    -> Actor
  {
    try sheet(of: person, border: 6, colour: [230, 230, 230], gain: 1, .waiting(&random), marks, &random)
  }

  private func sheet(
    of person: Int, border: Int, colour: [UInt8], gain: Float, _ motion: Motion, _ marks: [Actor.Mark],
    _ random: inout SeededRandom
  ) throws(ImagingError) -> Actor {
    let portraits = cast[person].portraits
    let portrait = portraits[random.pick(0...portraits.count - 1)]
    let picture = try portrait.picture.developed(gain: [gain * 1.05, gain, gain * 0.97]).framed(
      border: border, colour: colour)
    let layer = Layer(
      picture: picture, mask: [UInt8](repeating: 255, count: picture.width * picture.height),
      points: portrait.points.map { $0 + Float(border) }, motion: motion, anchor: portrait.eyesOffset,
      place: Self.middle, scale: 54 / Portrait.eyeDistance, unit: 54)
    return Actor(person: person, layer: layer, marks: marks)
  }
}
