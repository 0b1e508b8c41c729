import CV4L2
public import CanteenCore
import Foundation
public import Imaging

/// A camera at a V4L2 node, USB or CSI. Closed means closed: the device is free and its light is off.
public actor V4L2Camera: FrameSource {
  public struct Wish: Sendable, Equatable {
    public var width: UInt32
    public var height: UInt32
    public var framesPerSecond: UInt32

    public init(width: UInt32 = 640, height: UInt32 = 480, framesPerSecond: UInt32 = 25) {
      self.width = width
      self.height = height
      self.framesPerSecond = framesPerSecond
    }
  }

  /// A camera that gives nothing for this long is lost.
  private static let patience: Int32 = 2_000

  public private(set) var framesSkipped = 0

  private let node: String
  private let wish: Wish
  private let clock: any MonotonicClock
  private let executor = BlockingExecutor(label: "canteen.v4l2")
  private var handle: V4L2Handle?
  private var delivered: UInt64 = 0

  public nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

  public init(node: String, wish: Wish = Wish(), clock: any MonotonicClock) {
    self.node = node
    self.wish = wish
    self.clock = clock
  }

  public func open() throws(CameraError) {
    guard handle == nil else { return }
    handle = try V4L2Handle(node: node, wish: wish)
  }

  public func close() {
    handle = nil
  }

  public func nextFrame() throws(CameraError) -> Frame {
    guard handle != nil else { throw .closed }
    while true {
      do {
        guard let (picture, skipped) = try handle?.newest(within: Self.patience) else {
          throw CameraError.closed
        }
        framesSkipped += skipped
        delivered += 1
        return picture.stamped(sequence: delivered, capturedAt: clock.now)
      } catch let error as CameraError {
        handle = nil
        throw error
      } catch {
        // A frame that does not decode is skipped; the next one is waited for.
        framesSkipped += 1
      }
    }
  }
}

/// Owns one open device; whoever lets go of it closes it.
@safe private struct V4L2Handle: ~Copyable {
  private let node: String
  private let camera: OpaquePointer

  init(node: String, wish: V4L2Camera.Wish) throws(CameraError) {
    var opened: OpaquePointer?
    var flaw = CANTEEN_V4L2_NODE_IS_FINE
    let status = unsafe canteen_v4l2_open(
      node, wish.width, wish.height, wish.framesPerSecond, &opened, &flaw)
    guard status == 0, let opened = unsafe opened else {
      throw .cannotOpen(node, reason: flaw.explanation(errno: -status))
    }
    self.node = node
    unsafe camera = opened
  }

  deinit {
    unsafe canteen_v4l2_close(camera)
  }

  /// The newest frame, and how many older ones it made useless.
  ///
  /// - Throws: ``CameraError`` when the device is gone, ``ImagingError`` when only this frame is broken.
  func newest(within milliseconds: Int32) throws -> (Frame, skipped: Int) {
    var bytes: UnsafePointer<UInt8>?
    var count = 0
    var skipped: UInt32 = 0
    let status = unsafe canteen_v4l2_borrow(camera, milliseconds, &bytes, &count, &skipped)
    guard status == 0 else { throw CameraError.lost(node, reason: Self.explain(errno: -status)) }
    defer { _ = unsafe canteen_v4l2_give_back(camera) }
    let lent = unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
    let (width, height) = unsafe (Int(canteen_v4l2_width(camera)), Int(canteen_v4l2_height(camera)))
    let isYUYV = unsafe canteen_v4l2_format_of(camera) == CANTEEN_V4L2_YUYV
    let frame = try isYUYV ? Frame(yuyv: lent, width: width, height: height) : Frame(decoding: lent)
    return (frame, Int(skipped))
  }

  private static func explain(errno code: Int32) -> String {
    switch code {
    case ETIMEDOUT: "no frame for two seconds"
    case ENODEV, EIO: "it was unplugged or its driver failed"
    default: unsafe String(cString: strerror(code))
    }
  }
}

extension canteen_v4l2_flaw {
  fileprivate func explanation(errno code: Int32) -> String {
    let words = unsafe String(cString: strerror(code))
    return switch self {
    case CANTEEN_V4L2_CANNOT_OPEN where code == EBUSY: "another program uses it"
    case CANTEEN_V4L2_CANNOT_OPEN: "\(words); check the cable and the name of the node"
    case CANTEEN_V4L2_NOT_V4L2: "it is not a video device"
    case CANTEEN_V4L2_NOT_A_CAPTURE_NODE: "it is a video node but delivers no pictures; try the next number"
    case CANTEEN_V4L2_NO_STREAMING: "it cannot stream"
    case CANTEEN_V4L2_NO_USABLE_FORMAT: "it offers neither YUYV nor MJPEG"
    case CANTEEN_V4L2_CANNOT_STREAM where code == EBUSY: "another program streams from it"
    default: "the stream did not start (\(words))"
    }
  }
}
