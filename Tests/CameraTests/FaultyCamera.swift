import CanteenCore
import CFaultyCamera
import Foundation

@testable import Camera

/// A camera that does what a test says, behind the real code for V4L2. Time is its own.
@safe final class FaultyCamera: @unchecked Sendable {
  enum Request {
    case open, setFormat, requestBuffers, streamOn, dequeue, queue
  }

  /// What only one camera of this process has in its name.
  let name = "canteen-faulty-\(UUID().uuidString.prefix(8))"
  private let camera: OpaquePointer

  init() {
    unsafe camera = canteen_faulty_camera_make(name)
  }

  deinit {
    unsafe canteen_faulty_camera_free(camera)
  }

  var system: DeviceSystem { unsafe DeviceSystem(calls: canteen_faulty_camera_system(camera)) }

  var clock: FaultyCameraClock { FaultyCameraClock(camera: self) }

  func source(_ settings: CaptureSettings = CaptureSettings(width: 32, height: 16)) -> V4L2Camera {
    V4L2Camera(
      selector: .node("/dev/video0"), settings: settings, clock: clock, silence: .seconds(2),
      folders: BoxFolders(), system: system)
  }

  func offer(
    _ letters: StaticString, _ width: UInt32 = 32, _ height: UInt32 = 16, framesPerSecond: UInt32 = 30,
    padding: UInt32 = 0
  ) {
    unsafe canteen_faulty_camera_offer(
      camera, FourLetters(letters).code, width, height, framesPerSecond, padding)
  }

  func add(
    _ control: CameraControl, _ range: ClosedRange<Int32>, value: Int32, automatic: CameraControl? = nil
  ) {
    unsafe canteen_faulty_camera_add_control(
      camera, control.id, range.lowerBound, range.upperBound, value, automatic?.id ?? 0)
  }

  /// The controls that were set, in order.
  var settings: [CameraControl] {
    var ids = [UInt32](repeating: 0, count: 32)
    let count = unsafe canteen_faulty_camera_settings(camera, &ids, 32)
    return ids.prefix(Int(count)).compactMap(CameraControl.init(id:))
  }

  func value(of control: CameraControl) -> Int32 { unsafe canteen_faulty_camera_value(camera, control.id) }

  func fail(_ request: Request, with code: Int32, after: Int32 = 0, times: Int32 = 1) {
    let kind =
      switch request {
      case .open: CANTEEN_CAMERA_OPEN
      case .setFormat: CANTEEN_CAMERA_SET_FORMAT
      case .requestBuffers: CANTEEN_CAMERA_REQUEST_BUFFERS
      case .streamOn: CANTEEN_CAMERA_STREAM_ON
      case .dequeue: CANTEEN_CAMERA_DEQUEUE
      case .queue: CANTEEN_CAMERA_QUEUE
      }
    unsafe canteen_faulty_camera_fail(camera, kind, code, after, times)
  }

  func grant(buffers: UInt32) { unsafe canteen_faulty_camera_grant_buffers(camera, buffers) }

  func set(capabilities: UInt32) { unsafe canteen_faulty_camera_set_capabilities(camera, capabilities) }

  /// - Parameter stamped: with the time it was captured, on the monotonic clock.
  func send(
    _ bytes: [UInt8], sequence: UInt32 = 0, age: Duration = .zero, stamped: Bool = true,
    isBroken: Bool = false, claimsBytes: Int32 = -1, claimsIndex: Int32 = -1
  ) {
    let flags: UInt32 = (stamped ? 0x2000 : 0) | (isBroken ? 0x40 : 0)
    let nanoseconds = Int64(age / .nanoseconds(1))
    let frame = canteen_faulty_frame(
      sequence: sequence, flags: flags, age: nanoseconds, claims_bytes: claimsBytes,
      claims_index: claimsIndex)
    unsafe canteen_faulty_camera_send(camera, bytes, bytes.count, frame)
  }

  func pass(_ time: Duration) { unsafe canteen_faulty_camera_pass(camera, Int64(time / .nanoseconds(1))) }

  var isStreaming: Bool { unsafe canteen_faulty_camera_is_streaming(camera) }

  /// What the process still holds of it: open files and mapped memory, as Linux sees them.
  var held: Int {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
    let open = files.filter { file in
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(file)"))?
        .contains(name) == true
    }
    // Files under /proc say that they are empty until they are read to their end.
    let mapped = try? FileHandle(forReadingFrom: URL(filePath: "/proc/self/maps")).readToEnd()
    let maps = String(decoding: mapped ?? Data(), as: UTF8.self)
    return open.count + maps.split(separator: "\n").count { $0.contains(name) }
  }

  fileprivate var now: MonotonicInstant {
    unsafe MonotonicInstant(sinceStart: .nanoseconds(canteen_faulty_camera_now(camera)))
  }
}

/// The camera's own time; a wait for a frame in vain makes it pass.
struct FaultyCameraClock: MonotonicClock {
  let camera: FaultyCamera

  var now: MonotonicInstant { camera.now }
  var minimumResolution: Duration { .zero }

  func sleep(until deadline: MonotonicInstant, tolerance: Duration?) async throws {
    camera.pass(now.duration(to: deadline))
  }
}
