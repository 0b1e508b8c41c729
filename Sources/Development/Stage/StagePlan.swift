public import Foundation
public import GatewayProtocol

/// What a stage needs to know before it is set up.
public struct StagePlan: Sendable {
  /// Folder with the built programs.
  public var programs: URL
  /// Which of them is the gateway.
  public var gateway = "canteen-gateway"
  public var models: URL
  public var portraits: URL
  /// Who walks up to every till's camera.
  public var scenario: URL
  /// Plays in front of every till instead of the scenario.
  public var film: Film?
  public var web: URL
  /// Made anew for this run; holds all data, keys and logs.
  public var folder: URL
  public var ports: Ports
  /// Under which tills outside this machine know it.
  public var gatewayNames: [String] = []
  /// How many tills run on this stage; each has a camera and all see the same people. 0 when they run
  /// elsewhere.
  public var tills: Int
  /// Yuan that every recognised student pays; nil when amounts are keyed.
  public var fixedAmount: String?
  /// Seconds before the same student may pay again.
  public var sameUserCooldown: Double

  /// Folders with the pictures of a colour camera and of the infrared camera beside it. Unlike a scenario's, its
  /// faces must be alive to pay.
  public struct Film: Sendable {
    public var colour: URL
    public var infrared: URL
    public var framesPerSecond: Double

    public init(colour: URL, infrared: URL, framesPerSecond: Double) {
      self.colour = colour
      self.infrared = infrared
      self.framesPerSecond = framesPerSecond
    }
  }

  public struct Ports: Sendable {
    public var sandbox: Int
    public var gateway: Int
    /// Where the gateway serves tills, and boxes that become tills.
    public var gatewayForTills: Int
    public var gatewayForPairing: Int
    /// The first till's; the next tills take the ports after it.
    public var terminal: Int

    /// Whatever is free.
    public static let any = Ports(
      sandbox: 0, gateway: 0, gatewayForTills: 0, gatewayForPairing: 0, terminal: 0)

    public init(
      sandbox: Int = 8790, gateway: Int = GatewayPorts.office, gatewayForTills: Int = GatewayPorts.tills,
      gatewayForPairing: Int = GatewayPorts.pairing, terminal: Int = 8788
    ) {
      self.sandbox = sandbox
      self.gateway = gateway
      self.gatewayForTills = gatewayForTills
      self.gatewayForPairing = gatewayForPairing
      self.terminal = terminal
    }
  }

  public init(
    programs: URL, models: URL, portraits: URL, scenario: URL, web: URL, folder: URL, ports: Ports = Ports(),
    tills: Int = 1, fixedAmount: String? = "3.50", sameUserCooldown: Double = 2
  ) {
    self.programs = programs
    self.models = models
    self.portraits = portraits
    self.scenario = scenario
    self.web = web
    self.folder = folder
    self.ports = ports
    self.tills = tills
    self.fixedAmount = fixedAmount
    self.sameUserCooldown = sameUserCooldown
  }
}

/// Someone who is enrolled for the demo. The third person of the portraits is nobody's pupil.
struct Pupil {
  let id: String
  let name: String
  let portrait: String

  static let all = [
    Pupil(id: "s00001", name: "学生甲", portrait: "obama.jpg"),
    Pupil(id: "s00002", name: "学生乙", portrait: "biden.jpg"),
  ]
}

/// Why the stage could not be set, in one sentence.
public struct StageError: Error, CustomStringConvertible {
  public let description: String

  public init(_ description: String) {
    self.description = description
  }
}
