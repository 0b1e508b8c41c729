public import CanteenCore
import Foundation
public import Imaging

/// What is played before a till: who comes when, what staff do, and who may pay.
public struct Scene {
  /// What staff do at the till.
  public enum Cue: Sendable, Equatable {
    /// They key an amount; at a fixed price it comes by itself.
    case amount
  }

  /// The question a scene asks.
  public enum Kind: String, Sendable, CaseIterable, Codable {
    /// Somebody pays, and nobody else is there.
    case payer
    /// The first vanishes before they are recognised, and another stands at the same place at once.
    case cut
    /// The first walks away before they are recognised, and the next steps up.
    case quickLeave = "quick_leave"
    /// Somebody passes before the payer at the moment the amount is keyed.
    case cover
    /// Two stand side by side, and one steps back.
    case sideBySide = "side_by_side"
    /// Somebody arrives from the side while another pays.
    case sideways
    /// One stands near, the next behind.
    case queue
    /// Two walk across each other's way.
    case crossing
    /// At a fixed price a stranger stands first, and is refused.
    case strangerFirst = "stranger_first"
    /// A stranger raises a phone with the picture of somebody who may pay.
    case raisedPhone = "raised_phone"
    /// Somebody comes from behind a phone that shows another.
    case phoneThenStranger = "phone_then_stranger"
    /// A face jumps between two places from frame to frame.
    case jumping
    /// Ten people stand there.
    case crowd
    /// A poster of somebody who may pay hangs behind a stranger.
    case poster
    /// The same frame comes again and again.
    case frozen
    /// Somebody walks in, blurred by a long exposure, and stands.
    case blurred
    /// Five frames a second.
    case slow
    /// Somebody walks in, stands for two seconds and walks out: one of a queue.
    case slot
  }

  /// Whether something is shown that must not pay, whoever it shows.
  public var isAttack: Bool {
    switch kind {
    case .raisedPhone, .phoneThenStranger, .poster: true
    default: false
    }
  }

  public let kind: Kind
  public let seconds: Float
  let framesPerSecond: Float
  /// Seconds of exposure; what moves meanwhile is blurred.
  let shutter: Float
  public let cues: [(at: Float, cue: Cue)]
  /// At a fixed price nobody keys anything.
  public let isFixedPrice: Bool
  let room: Frame
  let actors: [Actor]
  /// From then on the picture stands still.
  var freezesAt: Float?
  let noise: Float
  let seed: UInt64
  /// Who may pay, by their number in the cast; everybody else is the wrong one.
  public let mayPay: Set<Int>
  /// Who must be served.
  public let mustPay: Set<Int>
  /// When the one who must pay comes into view.
  public let comesAt: Float

  public var frameCount: Int { Int(seconds * framesPerSecond) }
  public func moment(of frame: Int) -> Float { Float(frame) / framesPerSecond }

  /// - Throws: ``AttackSetError/drawing(_:)``.
  public func frame(_ number: Int, at time: MonotonicInstant) throws(AttackSetError) -> Frame {
    let seconds = min(moment(of: number), freezesAt ?? .infinity)
    do {
      let moving = shutter > 0.004 && actors.contains { isMoving($0, at: seconds) }
      let parts = moving ? 6 : 1
      let pictures = try (0..<parts).map { part throws(ImagingError) in
        try drawn(at: seconds + shutter * Float(part) / Float(parts))
      }
      let sharp = pictures.count == 1 ? pictures[0] : try Self.mean(of: pictures)
      return try sharp.composed(
        with: nil, at: Placement(centreX: 0, centreY: 0, scale: 1), noise: noise,
        seed: seed &+ UInt64(seconds * 1_000)
      ).stamped(sequence: UInt64(number) + 1, capturedAt: time)
    } catch {
      throw .drawing("\(error)")
    }
  }

  private func isMoving(_ actor: Actor, at seconds: Float) -> Bool {
    guard let now = actor.place(at: seconds), let soon = actor.place(at: seconds + shutter) else {
      return false
    }
    return hypot(soon.x - now.x, soon.y - now.y) > 0.5
  }

  /// Who is nearer hides who is behind.
  private func drawn(at seconds: Float) throws(ImagingError) -> Frame {
    let there = actors.compactMap { actor in actor.place(at: seconds).map { (actor, $0) } }
      .sorted { $0.1.unit < $1.1.unit }
    var frame = room
    for (actor, mark) in there {
      let layer = actor.placed(at: mark)
      frame = try frame.drawing(
        layer.picture, mask: layer.mask, on: layer.surface(seconds, frameWidth: frame.width))
    }
    return frame
  }

  private static func mean(of frames: [Frame]) throws(ImagingError) -> Frame {
    var sums = [UInt16](repeating: 0, count: frames[0].bgr.count)
    for frame in frames {
      for index in sums.indices { sums[index] += UInt16(frame.bgr[index]) }
    }
    let count = UInt16(frames.count)
    return try Frame(width: frames[0].width, height: frames[0].height, bgr: sums.map { UInt8($0 / count) })
  }
}
