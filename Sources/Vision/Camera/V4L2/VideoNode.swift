/// A video node of this box and what it offers.
public struct VideoNode: Sendable, Equatable {
  public enum Kind: String, Sendable {
    case capture, metadata, output, codec, radio, vbi, touch, other
  }

  /// `/dev/video0`.
  public let path: String
  /// The camera's own name.
  public let card: String
  public let driver: String
  /// The port it is plugged into.
  public let busInfo: String
  /// Links that stay when the node's number changes: under /dev/v4l/by-id and by-path, and `/dev/canteen-…`.
  public let links: [String]
  public let kind: Kind
  public let usb: USBNumber?
  /// Empty unless it captures.
  public let formats: [OfferedFormat]
  public let controls: [OfferedControl]
}

/// A layout of pictures that a camera offers.
public struct OfferedFormat: Sendable, Equatable {
  /// Four letters, the first in the lowest byte.
  public let code: UInt32
  public let description: String
  /// Empty when the driver does not say.
  public let sizes: [OfferedSize]

  /// As drivers name it: `YUYV`.
  public var letters: String { FourLetters(code: code).description }
  /// nil when only libv4lconvert could read it.
  public var format: PixelFormat? { PixelFormat(code: code) }
}

/// A size of pictures, or a range of sizes, that a camera offers.
public struct OfferedSize: Sendable, Equatable {
  public let width: ClosedRange<Int>
  public let height: ClosedRange<Int>
  /// By how much neighbouring sizes of a range differ.
  public let widthStep: Int
  public let heightStep: Int
  /// Highest first, those of the largest size of a range. Empty when the driver does not say.
  public let framesPerSecond: [Double]
}

/// A control that a camera offers.
public struct OfferedControl: Sendable, Equatable {
  /// nil when it is none of ours.
  public let control: CameraControl?
  /// As the driver names it.
  public let name: String
  public let range: ClosedRange<Int>
  public let step: Int
  public let usual: Int
  public let value: Int
  /// The meaning of each value of a menu; empty for other controls.
  public let choices: [Int: String]
  /// An automatic mode overrides it at the moment.
  public let isInactive: Bool
  public let isReadOnly: Bool
}
