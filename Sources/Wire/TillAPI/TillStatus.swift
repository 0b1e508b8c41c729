public import CanteenCore

/// Where the till stands: network, camera, orders, speed.
public struct TillStatus: Sendable, Codable {
  public let terminal: TerminalID
  public let organization: OrganizationID
  /// The gateway's address.
  public let gateway: String
  public let network: NetworkState
  public let camera: CameraPhase
  public let cameraError: String?
  public let blockers: [FaceBlocker]
  public let leaseExpiresAt: Timestamp?
  public let people: Int
  public let libraryVersion: Int64
  /// Pages that somebody can see.
  public let screens: [Screen]
  public let orders: Orders
  public let counts: Counts
  public let faceToAccept: Percentiles
  public let process: Process
  /// Minutes the school's clock is ahead of UTC.
  public let utcOffset: Int

  public init(
    terminal: TerminalID, organization: OrganizationID, gateway: String, network: NetworkState,
    camera: CameraPhase, cameraError: String?, blockers: [FaceBlocker], leaseExpiresAt: Timestamp?,
    people: Int, libraryVersion: Int64, screens: [Screen], orders: Orders, counts: Counts,
    faceToAccept: Percentiles, process: Process, utcOffset: Int
  ) {
    self.terminal = terminal
    self.organization = organization
    self.gateway = gateway
    self.network = network
    self.camera = camera
    self.cameraError = cameraError
    self.blockers = blockers
    self.leaseExpiresAt = leaseExpiresAt
    self.people = people
    self.libraryVersion = libraryVersion
    self.screens = screens
    self.orders = orders
    self.counts = counts
    self.faceToAccept = faceToAccept
    self.process = process
    self.utcOffset = utcOffset
  }

  private enum CodingKeys: String, CodingKey {
    case terminal = "terminal_id"
    case organization = "organization_id"
    case gateway
    case network
    case camera
    case cameraError = "camera_error"
    case blockers
    case leaseExpiresAt = "lease_expires_at"
    case people
    case libraryVersion = "library_version"
    case screens
    case orders
    case counts
    case faceToAccept = "face_to_accept_ms"
    case process
    case utcOffset = "utc_offset_minutes"
  }
}

/// Whether the gateway answers, as far as the till knows.
public enum NetworkState: String, Sendable, Codable {
  case unknown, up, down
}

/// The till's two pages, each on a screen of its own.
public enum Screen: String, CaseIterable, Sendable, Codable {
  case till, student
}
