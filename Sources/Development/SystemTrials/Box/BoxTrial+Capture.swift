import Benchmarks
import Foundation
import Stage

extension BoxTrial {
  /// What it costs to take and convert a frame, compared with `v4l2-ctl`, which only takes it.
  ///
  /// Both run in turns on the same camera before the till needs it.
  func measureCapture(_ figures: inout BoxTrialReport.Figures) async throws {
    let program = "canteen-capture"
    try FileManager.default.copyItem(
      at: plan.stage.programs.appending(path: program).resolvingSymlinksInPath(),
      to: plan.stage.folder.appending(path: "host/\(program)"))
    try await machine.run("install -m 755 /host/\(program) /tmp/", within: .seconds(300))
    try await box.show(Self.film)
    var (ours, peers): ([Double], [Double]) = ([], [])
    for _ in 0..<3 {
      ours.append(try await box.captureMilliseconds(with: "/tmp/\(program)"))
      peers.append(try await box.peerCaptureMilliseconds())
    }
    try await box.showNobody()
    try await machine.run("rm /tmp/\(program)")
    figures.captureMilliseconds = ours.sorted()[1].hundredths
    figures.captureRatio = (ours.sorted()[1] / peers.sorted()[1]).hundredths
    progress(
      "a frame taken and converted costs \(figures.captureMilliseconds) ms of CPU, "
        + "\(figures.captureRatio) times what v4l2-ctl needs to take one")
  }
}

extension TillBox {
  private static let frames = 60

  /// CPU milliseconds a frame, of our program.
  func captureMilliseconds(with program: String) async throws -> Double {
    let said = try await machine.run(
      "\(program) --device /dev/canteen-camera --format yuyv --seconds 8", within: .seconds(120))
    guard let line = said.split(separator: "\n").last,
      let captured = try? JSONDecoder().decode(CameraTrial.Figures.self, from: Data(line.utf8)),
      captured.framesPerSecond > 0
    else { throw StageError("No frames were captured: \(said.suffix(300))") }
    return captured.cpuShare / captured.framesPerSecond * 1_000
  }

  /// CPU milliseconds a frame, of `v4l2-ctl`.
  func peerCaptureMilliseconds() async throws -> Double {
    let said = try await machine.run(
      """
      TIMEFORMAT='%U %S'
      time v4l2-ctl -d /dev/canteen-camera --stream-mmap=4 --stream-count=\(Self.frames) >/dev/null 2>&1
      """, within: .seconds(120))
    let seconds = said.split(separator: "\n").last?.split(separator: " ").compactMap { Double($0) } ?? []
    guard seconds.count == 2, seconds[0] + seconds[1] > 0 else {
      throw StageError("v4l2-ctl took no frames: \(said.suffix(300))")
    }
    return (seconds[0] + seconds[1]) / Double(Self.frames) * 1_000
  }
}

extension Double {
  fileprivate var hundredths: Double { (self * 100).rounded() / 100 }
}
