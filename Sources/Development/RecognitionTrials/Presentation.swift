import CScenes
import FaultInjection
public import Imaging

/// One presentation in front of a till's camera: the frame of any moment of it, in colour and in infrared.
/// The same kind, seed and number give the same frames.
public struct Presentation {
  public static let width = 640
  public static let height = 480

  public let kind: PresentationKind

  private let room: Frame
  private let layers: [Layer]
  /// The same layers as an infrared lamp shows them.
  private let infraredLayers: [Layer]
  /// What a display plays; drawn anew for every moment.
  private let film: Film?
  private let noise: Float
  private let gain: Float
  private let jpegQuality: Int
  private let seed: UInt64

  init(
    kind: PresentationKind, room: Frame, layers: [Layer], infraredLayers: [Layer], film: Film?,
    random: inout SeededRandom
  ) {
    self.kind = kind
    self.room = room
    self.layers = layers
    self.infraredLayers = infraredLayers
    self.film = film
    noise = random.number(1.5...5)
    gain = random.number(0.85...1.12)
    jpegQuality = Int(random.number(70...95))
    seed = random.next()
  }

  public func frame(at seconds: Float) throws(AttackSetError) -> Frame {
    do {
      var frame = try drawn(at: seconds)
      frame = try frame.composed(
        with: nil, at: Placement(centreX: 0, centreY: 0, scale: 1, gain: gain), noise: noise,
        seed: seed &+ UInt64(seconds * 1_000))
      // Till cameras send motion JPEG.
      return try Frame(decoding: frame.jpeg(quality: jpegQuality))
    } catch {
      throw .drawing("\(error)")
    }
  }

  public func infraredFrame(at seconds: Float) throws(AttackSetError) -> Frame {
    do {
      var frame = try room.developed(contrast: 0, gain: [0.2, 0.2, 0.2])
      for layer in infraredLayers { frame = try draw(layer, layer.picture, on: frame, at: seconds) }
      return try frame.composed(
        with: nil, at: Placement(centreX: 0, centreY: 0, scale: 1), noise: 3,
        seed: seed &+ 1_000_000 &+ UInt64(seconds * 1_000))
    } catch {
      throw .drawing("\(error)")
    }
  }

  /// Without the camera's light, noise and compression: what a film of it shows.
  func drawn(at seconds: Float) throws(ImagingError) -> Frame {
    var frame = room
    for layer in layers {
      let picture = try layer.displayPixels > 0 ? film?.picture(at: seconds) : nil
      frame = try draw(layer, picture ?? layer.picture, on: frame, at: seconds)
    }
    return frame
  }

  private func draw(_ layer: Layer, _ picture: Frame, on frame: Frame, at seconds: Float) throws(ImagingError)
    -> Frame
  {
    try frame.drawing(
      picture, mask: layer.mask, on: layer.surface(seconds, frameWidth: frame.width))
  }
}
