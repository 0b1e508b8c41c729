/// Compares what is plugged in with what a profile asks for. Streams nothing, so it may run at any time.
public enum CameraExamination: Sendable, Equatable, CustomStringConvertible {
  case fine(VideoNode)
  case noCamera
  case notThere(CameraSelector, instead: [VideoNode])
  /// The named node cannot be queried.
  case unreadable(reason: String)
  case notACamera(VideoNode, instead: VideoNode?)
  case noUsableFormat(VideoNode, asked: [PixelFormat])

  public init(_ profile: MountedCameraProfile) {
    self.init(profile, among: VideoNode.all()) { path throws(CameraError) in try VideoNode(path: path) }
  }

  init(
    _ profile: MountedCameraProfile, among nodes: [VideoNode],
    asking ask: (String) throws(CameraError) -> VideoNode
  ) {
    let cameras = nodes.filter { $0.kind == .capture }
    let path: String
    do throws(CameraError) {
      path = try profile.selector.path { nodes }
    } catch {
      self = cameras.isEmpty ? .noCamera : .notThere(profile.selector, instead: cameras)
      return
    }
    let node: VideoNode
    do throws(CameraError) {
      if let known = nodes.first(where: { $0.path == path || $0.links.contains(path) }) {
        node = known
      } else {
        node = try ask(path)
      }
    } catch {
      self = cameras.isEmpty ? .noCamera : .unreadable(reason: error.description)
      return
    }
    guard node.kind == .capture else {
      self = .notACamera(node, instead: cameras.first { $0.card == node.card } ?? cameras.first)
      return
    }
    let asked = profile.settings.formats
    let offered = node.formats.compactMap(\.format)
    // A driver that lists no formats may still work, and libv4lconvert reads most formats that we do not.
    let isUsable =
      node.formats.isEmpty || asked.contains(.converted) || asked.contains(where: offered.contains)
    self = isUsable ? .fine(node) : .noUsableFormat(node, asked: asked)
  }

  public var isFine: Bool {
    if case .fine = self { true } else { false }
  }

  /// One sentence that says what to do.
  public var description: String {
    switch self {
    case .fine(let node): "\(node.card) at \(node.path)"
    case .noCamera: "No camera is plugged in; check its cable and its power."
    case .notThere(let selector, let instead):
      "There is no camera \(selector), only \(Self.list(instead)); correct the selector in the profile, or have one "
        + "written by `canteenctl camera probe --write FILE`."
    case .unreadable(let reason): "\(reason) `canteenctl camera probe` lists what is plugged in."
    case .notACamera(let node, let instead):
      "\(node.path) of \(node.card) is a \(node.kind.rawValue) node and delivers no pictures; "
        + (instead.map { "use \($0.path)." } ?? "plug in a camera.")
    case .noUsableFormat(let node, let asked):
      "\(node.card) at \(node.path) offers only \(node.formats.map(\.letters).joined(separator: ", ")), and the "
        + "profile asks for \(asked.map(\.rawValue).joined(separator: ", ")); add \"converted\" to its formats, or "
        + "use another camera."
    }
  }

  private static func list(_ nodes: [VideoNode]) -> String {
    nodes.map { "\($0.card) at \($0.path)" }.joined(separator: ", ")
  }
}
