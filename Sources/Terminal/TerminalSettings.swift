import CanteenCore
import Foundation
import HTTPService
import Imaging

/// What an installer writes for one till, as YAML. Paths are relative to the file.
struct TerminalSettings: Sendable, Codable {
  let listen: ListenAddress
  /// Folder for the ledger, the library and the till's keys.
  let state: String
  /// Unix socket for `canteenctl`.
  let socket: String
  /// Folder with the two models.
  let models: String
  /// Folder with the till and student pages.
  let web: String
  let camera: CameraSettings
  let checkout: CheckoutSettings
  let recognition: RecognitionSettings

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    listen = try container.decode(ListenAddress.self, forKey: .listen)
    state = try container.decode(String.self, forKey: .state)
    socket = try container.decodeIfPresent(String.self, forKey: .socket) ?? "/run/canteen/canteend.sock"
    models = try container.decode(String.self, forKey: .models)
    web = try container.decode(String.self, forKey: .web)
    camera = try container.decode(CameraSettings.self, forKey: .camera)
    checkout = try container.decodeIfPresent(CheckoutSettings.self, forKey: .checkout) ?? CheckoutSettings()
    recognition =
      try container.decodeIfPresent(RecognitionSettings.self, forKey: .recognition) ?? RecognitionSettings()
  }
}

/// Where frames come from: exactly one of the five.
struct CameraSettings: Sendable, Codable {
  /// A profile of a box or camera: its name under /usr/share/canteen/devices, or a file.
  let profile: String?
  /// A V4L2 node.
  let device: String?
  /// A scenario file of people walking up, and the folder its pictures are in.
  let scenario: String?
  let pictures: String?
  /// A video file.
  let video: String?
  /// A folder of pictures, shown one after the other.
  let folder: String?
  /// What the infrared camera saw beside `folder`: as many pictures, played at the same pace.
  let infraredFolder: String?
  let framesPerSecond: Double?

  private enum CodingKeys: String, CodingKey {
    case profile
    case device
    case scenario
    case pictures
    case video
    case folder
    case infraredFolder = "infrared_folder"
    case framesPerSecond = "fps"
  }

  /// Also writes values that are not given, so that a misspelt key is refused with the nearest valid one.
  func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(profile, forKey: .profile)
    try values.encode(device, forKey: .device)
    try values.encode(scenario, forKey: .scenario)
    try values.encode(pictures, forKey: .pictures)
    try values.encode(video, forKey: .video)
    try values.encode(folder, forKey: .folder)
    try values.encode(infraredFolder, forKey: .infraredFolder)
    try values.encode(framesPerSecond, forKey: .framesPerSecond)
  }
}

/// When a face is somebody.
struct RecognitionSettings: Sendable, Codable {
  /// The highest probability that a stranger's presentation is identified as somebody in the library.
  let target: Double
  let leastThreshold: Float
  let leastMargin: Float
  let looksToAgree: Int
  let looksToRefuse: Int
  /// Only people of these groups, and people with look-alikes, are searched; nil searches everybody.
  let onlyGroups: Set<UserGroup>?
  /// What is done about prints, screens and masks.
  let liveness: LivenessPolicy
  /// Manifest of a model that tells living faces from artefacts.
  let livenessModel: String?
  /// Threads for pictures and neural networks; 0 means the usual number.
  let threads: Int

  init() {
    let usual = IdentificationPolicy()
    target = usual.target
    leastThreshold = usual.leastThreshold
    leastMargin = usual.leastMargin
    looksToAgree = usual.looksToAgree
    looksToRefuse = usual.looksToRefuse
    onlyGroups = nil
    liveness = .enforce
    livenessModel = nil
    threads = PictureThreads.usual
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let usual = RecognitionSettings()
    target = try container.decodeIfPresent(Double.self, forKey: .target) ?? usual.target
    leastThreshold =
      try container.decodeIfPresent(Float.self, forKey: .leastThreshold) ?? usual.leastThreshold
    leastMargin = try container.decodeIfPresent(Float.self, forKey: .leastMargin) ?? usual.leastMargin
    looksToAgree = try container.decodeIfPresent(Int.self, forKey: .looksToAgree) ?? usual.looksToAgree
    looksToRefuse = try container.decodeIfPresent(Int.self, forKey: .looksToRefuse) ?? usual.looksToRefuse
    onlyGroups = try container.decodeIfPresent(Set<UserGroup>.self, forKey: .onlyGroups)
    liveness = try container.decodeIfPresent(LivenessPolicy.self, forKey: .liveness) ?? usual.liveness
    livenessModel = try container.decodeIfPresent(String.self, forKey: .livenessModel)
    // Older settings files write 0 for the usual number.
    threads =
      try container.decodeIfPresent(Int.self, forKey: .threads).flatMap { $0 == 0 ? nil : $0 }
      ?? usual.threads
    guard (1e-9...0.01).contains(target), (0.363...1).contains(leastThreshold), (0...1).contains(leastMargin),
      (1...50).contains(looksToAgree),
      (looksToAgree...200).contains(looksToRefuse), (0...16).contains(threads),
      onlyGroups?.isEmpty != true
    else {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(
          codingPath: container.codingPath,
          debugDescription:
            "target 1e-9…0.01, least_threshold 0.363…1, least_margin 0…1, looks 1…50 and not more than looks_to_refuse, only_groups not empty"
        ))
    }
  }

  private enum CodingKeys: String, CodingKey {
    case target
    case leastThreshold = "least_threshold"
    case leastMargin = "least_margin"
    case looksToAgree = "looks_to_agree"
    case looksToRefuse = "looks_to_refuse"
    case onlyGroups = "only_groups"
    case liveness
    case livenessModel = "liveness_model"
    case threads
  }

  var policy: IdentificationPolicy {
    IdentificationPolicy(
      target: target, leastThreshold: leastThreshold, leastMargin: leastMargin, looksToAgree: looksToAgree,
      looksToRefuse: looksToRefuse)
  }
}
