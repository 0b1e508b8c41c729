import FaultInjection
import Imaging

/// Presentations made from a few portraits, as many as one likes.
///
/// They are drawings: they hold what their author thought of, and no figure measured on them is a certification.
public struct AttackSet {
  private let portraits: [Portrait]
  private let seed: UInt64

  /// - Parameter portraits: at least two, of different people; who wears a cut-out is drawn from them.
  public init(portraits: [Portrait], seed: UInt64) throws(AttackSetError) {
    guard portraits.count >= 2 else { throw .tooFewPortraits(portraits.count) }
    self.portraits = portraits
    self.seed = seed
  }

  public func presentation(_ kind: PresentationKind, number: Int) throws(AttackSetError) -> Presentation {
    let order = UInt64(PresentationKind.allCases.firstIndex(of: kind) ?? 0)
    var random = SeededRandom(seed: seed &* 1_000_003 &+ order &* 7_919_000 &+ UInt64(number))
    _ = random.next()
    do {
      switch kind {
      case .bonaFide: return try person(&random)
      case .print: return try sheet(bent: false, &random)
      case .bentPrint: return try sheet(bent: true, &random)
      case .screen: return try screen(&random)
      case .cutOut: return try cutOut(withEyes: false, &random)
      case .cutOutWithEyes: return try cutOut(withEyes: true, &random)
      }
    } catch {
      throw .drawing("\(error)")
    }
  }

  // MARK: What stands in front of the camera

  private func person(_ random: inout SeededRandom) throws(ImagingError) -> Presentation {
    let portrait = anyPortrait(&random)
    let room = try room(&random)
    let passing = try random.happens(0.4) ? passerBy(&random) : nil
    let head = try living(portrait, at: place(&random), unit: random.number(40...68), &random)
    return Presentation(
      kind: .bonaFide, room: room, layers: [passing, head].compactMap { $0 },
      infraredLayers: [try inInfrared(head)], film: nil, random: &random)
  }

  private func sheet(bent: Bool, _ random: inout SeededRandom) throws(ImagingError) -> Presentation {
    let portrait = anyPortrait(&random)
    let room = try room(&random)
    let border = Int(random.number(0...24))
    let print = try printed(portrait, &random).framed(border: border, colour: [235, 238, 240])
    var layer = flat(
      print, try Frame.mask(width: print.width, height: print.height, points: portrait.points, part: .whole),
      portrait, border: Float(border), motion: .hand(&random), unit: random.number(40...68), &random)
    if bent {
      layer.shape = .bent
      layer.relief = random.number(0.1...0.5)
    }
    return Presentation(
      kind: bent ? .bentPrint : .print, room: room, layers: [layer],
      infraredLayers: [try inInfrared(layer, ink: random.number(0.05...1))], film: nil, random: &random)
  }

  private func cutOut(withEyes: Bool, _ random: inout SeededRandom) throws(ImagingError) -> Presentation {
    let portrait = anyPortrait(&random)
    let room = try room(&random)
    let unit = random.number(44...68)
    let attackerPortrait = anyPortrait(&random)
    var attacker = try living(attackerPortrait, at: place(&random), unit: unit * 0.8, &random)
    attacker.motion = .waiting(&random)
    let print = try printed(portrait, &random)
    let size = (width: print.width, height: print.height)
    let head = try Frame.mask(
      width: size.width, height: size.height, points: portrait.points, part: .head,
      hair: random.number(-0.1...0.1))
    var mask = flat(print, head, portrait, border: 0, motion: .hand(&random), unit: unit, &random)
    // It is worn from the start, where the attacker's own face would be seen.
    mask.place = attacker.place
    mask.motion.arrival = (0, 0, 0, 1)
    var layers = [attacker, mask]
    if withEyes {
      var eyes = try living(attackerPortrait, at: mask.place, unit: unit, &random)
      eyes.mask = try Frame.mask(
        width: eyes.picture.width, height: eyes.picture.height, points: eyes.points, part: .eyes)
      eyes.shape = .flat
      eyes.motion = mask.motion
      layers.append(eyes)
    }
    let ink = random.number(0.05...1)
    var seen = [try inInfrared(attacker), try inInfrared(mask, ink: ink)]
    if withEyes, let eyes = layers.last { seen.append(try inInfrared(eyes)) }
    return Presentation(
      kind: withEyes ? .cutOutWithEyes : .cutOut, room: room, layers: layers, infraredLayers: seen, film: nil,
      random: &random)
  }

  private func screen(_ random: inout SeededRandom) throws(ImagingError) -> Presentation {
    let room = try room(&random)
    let film = try film(&random)
    let size = (width: film.outerWidth, height: film.outerHeight)
    let blank = try Frame(
      width: size.width, height: size.height, bgr: [UInt8](repeating: 8, count: size.width * size.height * 3))
    let unit = random.number(40...68)
    let isHeld = random.happens(0.7)
    let scale = unit / film.unit
    var layer = Layer(
      picture: blank, mask: [UInt8](repeating: 255, count: size.width * size.height), points: film.points,
      motion: isHeld ? .hand(&random) : .waiting(&random), anchor: film.anchor, place: place(&random),
      scale: scale, unit: unit)
    var dark = layer
    // Light of a display ends before 750 nm; what is left is its glass.
    dark.picture = try blank.developed(gain: [1.2, 1.2, 1.2])
    layer.displayPixels = random.magnitude(0.6...6) * scale
    layer.lensBlur = random.number(0.1...0.4)
    return Presentation(
      kind: .screen, room: room, layers: [layer], infraredLayers: [dark], film: film.film, random: &random)
  }

  // MARK: Parts

  private func film(_ random: inout SeededRandom) throws(ImagingError) -> (
    film: Film, unit: Float, points: [Float], anchor: (x: Float, y: Float), outerWidth: Int, outerHeight: Int
  ) {
    let unit = random.number(50...62)
    let centre = (x: Float(Presentation.width) / 2, y: Float(Presentation.height) * 0.42)
    let head = try living(anyPortrait(&random), at: centre, unit: unit, &random)
    let inner = Presentation(
      kind: .bonaFide, room: try room(&random), layers: [head], infraredLayers: [], film: nil, random: &random
    )
    let across = random.number(1.8...4.5) * unit
    let (left, right) = (max(0, Int(centre.x - across)), min(Presentation.width, Int(centre.x + across)))
    let top = max(0, Int(centre.y - random.number(2.4...3.4) * unit))
    let bottom = min(Presentation.height, Int(centre.y + random.number(2.6...4.5) * unit))
    let black = UInt8(random.number(5...40))
    let light = random.number(0.9...1.25)
    let film = Film(
      presentation: inner, left: left, top: top, width: right - left, height: bottom - top,
      bezel: Int(random.number(4...40)), bezelColour: [black, black, black],
      contrast: random.number(0.8...1.1),
      gain: [light * random.number(1...1.15), light, light * random.number(0.88...1)])
    let anchor = (
      x: centre.x - Float(left) - Float(film.width) / 2, y: centre.y - Float(top) - Float(film.height) / 2
    )
    return (film, unit, head.points, anchor, film.outerWidth, film.outerHeight)
  }

  private func living(
    _ portrait: Portrait, at place: (x: Float, y: Float), unit: Float, _ random: inout SeededRandom
  ) throws(ImagingError) -> Layer {
    try .living(portrait, at: place, unit: unit, &random)
  }

  private func flat(
    _ picture: Frame, _ mask: [UInt8], _ portrait: Portrait, border: Float, motion: Motion, unit: Float,
    _ random: inout SeededRandom
  ) -> Layer {
    Layer(
      picture: picture, mask: mask, points: portrait.points.map { $0 + border }, motion: motion,
      anchor: portrait.eyesOffset, place: place(&random), scale: unit / Portrait.eyeDistance, unit: unit)
  }

  private func printed(_ portrait: Portrait, _ random: inout SeededRandom) throws(ImagingError) -> Frame {
    let warmth = random.number(0.92...1.08)
    return try portrait.picture.developed(
      sharpen: random.number(1...2.5), contrast: random.number(0.85...1.15), gain: [1 / warmth, 1, warmth])
  }

  private func passerBy(_ random: inout SeededRandom) throws(ImagingError) -> Layer {
    let side: Float = random.happens(0.5) ? 1 : -1
    let x = Float(Presentation.width) / 2 + side * random.number(120...300)
    var layer = try living(
      anyPortrait(&random), at: (x, random.number(150...230)), unit: random.number(14...26), &random)
    layer.motion.arrival = (side * random.number(-12...12), 0, 0, random.number(1...4))
    return layer
  }

  private func inInfrared(_ layer: Layer, ink: Float = 1) throws(ImagingError) -> Layer {
    var layer = layer
    let paper: Float = ink < 1 ? 1.25 : 1
    layer.picture = try layer.picture.grey().developed(contrast: ink, gain: [paper, paper, paper])
    return layer
  }

  private func room(_ random: inout SeededRandom) throws(ImagingError) -> Frame {
    try Frame.room(
      width: Presentation.width, height: Presentation.height, blur: random.number(0...3), seed: random.next())
  }

  private func place(_ random: inout SeededRandom) -> (x: Float, y: Float) {
    (
      Float(Presentation.width) / 2 + random.number(-50...50),
      Float(Presentation.height) * 0.42 + random.number(-25...25)
    )
  }

  private func anyPortrait(_ random: inout SeededRandom) -> Portrait {
    portraits[Int.random(in: portraits.indices, using: &random)]
  }
}

extension Frame {
  fileprivate func grey() throws(ImagingError) -> Frame {
    var pixels = bgr
    for start in stride(from: 0, to: pixels.count, by: 3) {
      let grey = (Int(pixels[start]) + 5 * Int(pixels[start + 1]) + 2 * Int(pixels[start + 2])) / 8
      for channel in 0..<3 { pixels[start + channel] = UInt8(grey) }
    }
    return try Frame(width: width, height: height, bgr: pixels)
  }
}
