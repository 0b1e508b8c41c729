import Foundation
import Stage

/// The till in the machine: the installed package, its service, and the camera it looks through.
struct TillBox: Sendable {
  static let service = "canteend.service"
  /// Where the till's pages answer on the machine's own loopback.
  private static let port = 8788
  /// Leads from the machine's network to that port; see tools/vm/till-door.socket.
  static let door = 18_788

  let machine: Machine

  /// Installs the package and gives it its models; the till does not run before it is paired.
  func install(package: String, models: String) async throws {
    try await machine.run("dpkg --install /host/\(package)", within: .seconds(600))
    try await machine.run("cp /host/\(models)/*.onnx /usr/share/canteen/models/", within: .seconds(300))
    try await set(camera: .vivid, pace: .usual)
  }

  /// Cameras of the machine, by their device nodes.
  enum Camera: String {
    /// Sends YUYV and can be unplugged.
    case vivid = "/dev/canteen-camera"
    /// Sends JPEGs, broken ones too, and can be stalled.
    case loopback = "/dev/canteen-loop"
  }

  /// Writes the settings; a till that runs reads them when it starts again.
  func set(camera: Camera, pace: MachinePace) async throws {
    try await machine.run("cat >/etc/canteen/terminal.yaml <<'END'\n\(Self.settings(camera, pace))\nEND")
  }

  func restart() async throws {
    try await machine.run("systemctl restart \(Self.service)", within: .seconds(300))
  }

  /// Under which the machine knows the one it runs on.
  static let gateway = "10.0.2.2"

  /// Makes the machine a till of the canteen and starts it.
  func open(pairingPort: Int, code: String) async throws {
    try await machine.run(
      "runuser -u canteen-terminal -- canteend pair --gateway \(Self.gateway):\(pairingPort) --code \(code)")
    try await machine.run("systemctl start \(Self.service)", within: .seconds(300))
  }

  /// Writes are handed to the kernel and no longer forced to the disk: what a till without fsync would do.
  func doWithoutForcedWrites() async throws {
    try await machine.run(
      """
      mkdir -p /etc/systemd/system/\(Self.service).d
      printf '[Service]\\nEnvironment=LD_PRELOAD=libeatmydata.so\\n' >/etc/systemd/system/\(Self.service).d/trial.conf
      systemctl daemon-reload
      """)
  }

  private static func settings(_ camera: Camera, _ pace: MachinePace) -> String {
    """
    listen: { port: \(port) }
    state: /var/lib/canteen-terminal
    socket: /run/canteen/canteend.sock
    models: /usr/share/canteen/models
    web: /usr/share/canteen/web
    camera: { device: \(camera.rawValue) }
    # The pictures of a film are flat and would rightly be refused.
    recognition: { liveness: record }
    checkout:
      same_user_cooldown: 0
      result_shown: 2
      close_camera_without_face: \(pace.stretched(.seconds(30)) / .seconds(1))
      close_camera_without_match: \(pace.stretched(.seconds(60)) / .seconds(1))
    """
  }

  // MARK: What stands in front of the camera

  /// Somebody stands in front of the camera from now on.
  func show(_ film: String) async throws { try await machine.run("systemctl start film@\(film).service") }

  func showNobody() async throws { try await machine.run("systemctl stop 'film@*.service'") }

  /// Somebody stands in front of the camera that sends JPEGs.
  func sendJPEGs(_ name: String) async throws {
    try await machine.run("systemctl start jpegs@\(name).service")
  }

  func stopJPEGs() async throws { try await machine.run("systemctl stop 'jpegs@*.service'") }

  /// The camera that sends JPEGs stays plugged in but sends nothing any more.
  func stallJPEGs() async throws { try await machine.run("systemctl kill --signal=STOP 'jpegs@*.service'") }

  func resumeJPEGs() async throws { try await machine.run("systemctl kill --signal=CONT 'jpegs@*.service'") }

  func unplugCamera() async throws {
    try await machine.run("echo vivid.0 >/sys/bus/platform/drivers/vivid/unbind")
  }

  func plugInCamera() async throws {
    try await machine.run("echo vivid.0 >/sys/bus/platform/drivers/vivid/bind && udevadm settle")
  }

  /// Asked of the kernel, not of the till.
  func cameraIsHeld() async throws -> Bool {
    let holders = try await machine.run(
      "find /proc/[0-9]*/fd -lname \"$(readlink -f /dev/canteen-camera)\" 2>/dev/null | wc -l")
    return Int(holders) != 0
  }

  // MARK: The service

  func processID() async throws -> Int {
    let text = try await machine.run("systemctl show --property=MainPID --value \(Self.service)")
    return Int(text) ?? 0
  }

  /// How often systemd started the service again by itself since the machine booted.
  func restarts() async throws -> Int {
    let text = try await machine.run("systemctl show --property=NRestarts --value \(Self.service)")
    return Int(text) ?? 0
  }

  func hang() async throws {
    try await machine.run("systemctl kill --kill-whom=main --signal=STOP \(Self.service)")
  }

  /// Exposure of a unit file in the machine.
  func exposure(ofUnit file: String) async throws -> Double {
    try await SecurityExposure.read(
      from: machine.run("systemd-analyze security --offline=true --no-pager \(file)"))
  }

  /// The service's last lines, for whoever looks for a fault.
  func journal() async -> String {
    (try? await machine.run("journalctl --unit \(Self.service) --no-pager --lines 40 --output cat")) ?? ""
  }
}
