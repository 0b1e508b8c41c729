public import Camera
public import CanteenCore
import Foundation
import Imaging

/// Takes frames from a real camera for a while and says what that cost and what went wrong.
public struct CameraTrial {
  /// The last line of a trial.
  public struct Figures: Sendable, Codable {
    public var frames = 0
    public var skipped = 0
    public var broken = 0
    public var lost = 0
    /// Seconds from when the loss was noticed to the next frame.
    public var longestGap = 0.0
    public var framesPerSecond = 0.0
    /// CPU seconds of this process per second.
    public var cpuShare = 0.0
    /// From the driver's stamp to the converted frame.
    public var ageMillisecondsP50 = 0.0
    public var format = ""

    private enum CodingKeys: String, CodingKey {
      case frames
      case skipped
      case broken
      case lost
      case longestGap = "longest_gap_s"
      case framesPerSecond = "fps"
      case cpuShare = "cpu_share"
      case ageMillisecondsP50 = "age_ms_p50"
      case format
    }
  }

  private let device: V4L2Camera
  private let camera: SteadyCamera
  private let clock: any MonotonicClock
  private let progress: @Sendable (String) -> Void

  public init(
    selector: CameraSelector, settings: CaptureSettings, clock: any MonotonicClock,
    progress: @escaping @Sendable (String) -> Void
  ) {
    device = V4L2Camera(selector: selector, settings: settings, clock: clock)
    camera = SteadyCamera(source: device, clock: clock)
    self.clock = clock
    self.progress = progress
  }

  /// - Parameter wait: lies between two frames, as the till's own work does.
  public func run(for duration: Duration, waitingAfterEachFrame wait: Duration = .zero) async -> Figures {
    var figures = Figures()
    var ages: [Duration] = []
    var first: (cpu: Duration, at: MonotonicInstant)?
    let end = clock.now.advanced(by: duration)
    await camera.open()
    while clock.now < end {
      switch await camera.next() {
      case .frame(let frame):
        if first == nil {
          first = (Taken.processTime(), clock.now)
          await describe()
        } else {
          figures.frames += 1
          ages.append(frame.capturedAt.duration(to: clock.now))
        }
        if wait > .zero { try? await clock.sleep(for: wait) }
      case .lost(let error):
        figures.lost += 1
        progress("\(error)")
      case .back(let gap):
        figures.longestGap = max(figures.longestGap, gap / .seconds(1))
        progress("back after \(gap.wholeMilliseconds) ms")
      case .closed: return figures
      }
    }
    if let first {
      let seconds = first.at.duration(to: clock.now)
      figures.framesPerSecond = Double(figures.frames) / (seconds / .seconds(1))
      figures.cpuShare = (Taken.processTime() - first.cpu) / seconds
    }
    figures.format = await device.stream?.letters ?? ""
    let losses = await device.losses
    (figures.skipped, figures.broken) = (losses.skipped, losses.broken)
    figures.ageMillisecondsP50 = ages.median / .milliseconds(1)
    await camera.close()
    return figures
  }

  private func describe() async {
    guard let stream = await device.stream else { return }
    progress(
      "\(stream.letters) \(stream.width)×\(stream.height), \(stream.bytesPerLine) bytes a row, "
        + "\(stream.framesPerSecond ?? 0) frames a second")
    for notice in await device.notices { progress("\(notice)") }
  }
}
