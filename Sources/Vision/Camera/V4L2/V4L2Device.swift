import CV4L2
import Foundation

/// The system calls to a device: those of Linux or, in tests, of a fake device with faults no real one shows.
///
/// `@unchecked` holds because the functions of a `canteen_v4l2_system` may be called from any thread.
@safe struct DeviceSystem: @unchecked Sendable {
  static let linux = unsafe DeviceSystem(calls: canteen_v4l2_linux)

  fileprivate let calls: canteen_v4l2_system

  init(calls: canteen_v4l2_system) {
    unsafe self.calls = calls
  }
}

/// Why a device refused something.
struct DeviceFailure: Error, Equatable, CustomStringConvertible {
  /// Positive, as in errno.
  let code: Int32

  var description: String {
    switch code {
    case EBUSY: "another program uses it"
    case ENODEV, ENXIO: "it was unplugged"
    case ENOENT: "it is not there; check the cable and the name"
    case EACCES, EPERM: "this program may not use it; add its user to the group video"
    case ENOTTY: "it is not a video device"
    case ENOBUFS, ENOMEM: "it has no memory for frames"
    case EPIPE, EIO: "its driver failed"
    case ERANGE: "its driver named a buffer that does not exist"
    default: "its driver says: \(unsafe String(cString: strerror(code)))"
    }
  }

  /// Asking for something else would not help.
  var isFinal: Bool { code != EINVAL && code != ENOTSUP && code != ENOTTY }

  static let timedOut = DeviceFailure(code: ETIMEDOUT)
}

/// One open video node; it is closed when this value is destroyed.
@safe struct V4L2Device: ~Copyable {
  private let handle: OpaquePointer

  init(path: String, system: DeviceSystem = .linux) throws(DeviceFailure) {
    var opened: OpaquePointer?
    var calls = unsafe system.calls
    let status = unsafe canteen_v4l2_open(path, &calls, &opened)
    guard status == 0, let opened = unsafe opened else { throw DeviceFailure(code: -status) }
    unsafe handle = opened
  }

  deinit {
    // Stops the stream and unmaps too, in whatever state the device is.
    unsafe canteen_v4l2_close(handle)
  }

  // MARK: What it is and offers

  var identity: canteen_v4l2_identity {
    var identity = canteen_v4l2_identity()
    unsafe canteen_v4l2_identify(handle, &identity)
    return identity
  }

  func offeredFormat(at index: UInt32) -> canteen_v4l2_offered_format? {
    var format = canteen_v4l2_offered_format()
    return unsafe canteen_v4l2_offered_format_at(handle, index, &format) == 0 ? format : nil
  }

  func offeredSize(of code: UInt32, at index: UInt32) -> canteen_v4l2_offered_size? {
    var size = canteen_v4l2_offered_size()
    return unsafe canteen_v4l2_offered_size_at(handle, code, index, &size) == 0 ? size : nil
  }

  func offeredRate(of code: UInt32, width: UInt32, height: UInt32, at index: UInt32) -> Double? {
    var rate = 0.0
    return unsafe canteen_v4l2_offered_rate_at(handle, code, width, height, index, &rate) == 0 ? rate : nil
  }

  func control(_ id: UInt32) -> canteen_v4l2_control? {
    var control = canteen_v4l2_control()
    return unsafe canteen_v4l2_control_with(handle, id, &control) == 0 ? control : nil
  }

  func control(after id: UInt32) -> UInt32? {
    var next: UInt32 = 0
    return unsafe canteen_v4l2_control_after(handle, id, &next) == 0 ? next : nil
  }

  func choice(_ value: UInt32, of id: UInt32) -> String? {
    unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 33) { buffer in
      guard let name = buffer.baseAddress, unsafe canteen_v4l2_choice(handle, id, value, name) == 0
      else {
        return nil
      }
      return unsafe String(cString: name)
    }
  }

  // MARK: What it is asked for

  func set(_ id: UInt32, to value: Int32) throws(DeviceFailure) {
    try check(unsafe canteen_v4l2_set_control(handle, id, value))
  }

  func set(_ layout: canteen_v4l2_layout) throws(DeviceFailure) -> canteen_v4l2_layout {
    var given = canteen_v4l2_layout()
    try check(unsafe canteen_v4l2_set_layout(handle, layout, &given))
    return given
  }

  func setConvertibleLayout(width: UInt32, height: UInt32) throws(DeviceFailure) -> canteen_v4l2_layout {
    var given = canteen_v4l2_layout()
    try check(unsafe canteen_v4l2_set_convertible_layout(handle, width, height, &given))
    return given
  }

  /// The rate it gives; nil when it does not say or has a rate of its own.
  func set(framesPerSecond: UInt32) -> Double? {
    var given = 0.0
    guard unsafe canteen_v4l2_set_rate(handle, framesPerSecond, &given) == 0, given > 0 else { return nil }
    return given
  }

  // MARK: Streaming

  func start() throws(DeviceFailure) {
    try check(unsafe canteen_v4l2_start(handle))
  }

  /// What a look for a frame found besides it.
  struct Counts {
    var skipped = 0
    var broken = 0
    /// Of the frame; zero when the driver does not say.
    var age: Duration = .zero
  }

  /// Lends the newest frame to `use`. `counts` is set even when no frame came.
  func borrow<Result>(
    within milliseconds: Int32, atLeast bytes: Int, counts: inout Counts, _ use: (Span<UInt8>) -> Result
  ) throws(DeviceFailure) -> Result {
    var frame = unsafe canteen_v4l2_frame()
    let status = unsafe canteen_v4l2_borrow(handle, milliseconds, bytes, &frame)
    unsafe counts = Counts(
      skipped: Int(frame.skipped), broken: Int(frame.broken), age: .nanoseconds(frame.age))
    try check(status)
    let lent = unsafe UnsafeBufferPointer(start: frame.bytes, count: frame.count)
    let result = unsafe use(lent.span)
    try check(unsafe canteen_v4l2_give_back(handle))
    return result
  }

  func convert(_ bytes: Span<UInt8>, into bgr: UnsafeMutableBufferPointer<UInt8>) -> Bool {
    unsafe bytes.withUnsafeBufferPointer { buffer in
      unsafe canteen_v4l2_convert(handle, buffer.baseAddress, buffer.count, bgr.baseAddress, bgr.count) == 0
    }
  }

  private func check(_ status: Int32) throws(DeviceFailure) {
    guard status == 0 else { throw DeviceFailure(code: -status) }
  }
}
