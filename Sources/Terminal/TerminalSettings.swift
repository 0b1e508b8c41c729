import CanteenCore
import Daemon
import Foundation

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

/// Where frames come from: exactly one of the four.
struct CameraSettings: Sendable, Codable {
  /// A V4L2 node.
  let device: String?
  /// A scenario file of people walking up, and the folder its pictures are in.
  let scenario: String?
  let pictures: String?
  /// A video file.
  let video: String?
  /// A folder of pictures, shown one after the other.
  let folder: String?
  let framesPerSecond: Double?

  private enum CodingKeys: String, CodingKey {
    case device
    case scenario
    case pictures
    case video
    case folder
    case framesPerSecond = "fps"
  }
}

/// How this till sells. Times are in seconds.
struct CheckoutSettings: Sendable, Codable {
  let recognition: RecognitionMode
  /// How amounts arise; `fixed` when `fixed_amount` is given, else `manual`.
  let sells: AmountMode?
  /// Yuan, for tills where every meal costs the same and the school's meal plan names no price.
  let fixedAmount: String?
  let sameUserCooldown: Double
  let resultShown: Double
  let tailQuestionKept: Double
  let wrongTailsCount: Double
  let guidePage: Bool
  let closeCameraWithoutFace: Double
  let closeCameraWithoutFaceNoGuide: Double
  let closeCameraWithoutMatch: Double
  /// How long the device stays open, its light on, after the camera was closed for want of a face; 0 closes it.
  let keepCameraWarm: Double
  /// The first key of an amount opens the camera.
  let firstKeyOpensCamera: Bool
  /// The student sees the picture until somebody hides it.
  let preview: Bool

  init() {
    recognition = .postRecognition
    sells = nil
    fixedAmount = nil
    sameUserCooldown = 60
    resultShown = 4
    tailQuestionKept = 8
    wrongTailsCount = 300
    guidePage = true
    closeCameraWithoutFace = 30
    closeCameraWithoutFaceNoGuide = 600
    closeCameraWithoutMatch = 60
    keepCameraWarm = 0
    firstKeyOpensCamera = true
    preview = true
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let usual = CheckoutSettings()
    func seconds(_ key: CodingKeys, _ usual: Double) throws -> Double {
      guard let value = try container.decodeIfPresent(Double.self, forKey: key) else { return usual }
      guard value.isFinite, (0...86_400).contains(value) else {
        throw DecodingError.dataCorruptedError(
          forKey: key, in: container, debugDescription: "must be 0 to 86400 seconds")
      }
      return value
    }
    recognition =
      try container.decodeIfPresent(RecognitionMode.self, forKey: .recognition) ?? usual.recognition
    sells = try container.decodeIfPresent(AmountMode.self, forKey: .sells)
    fixedAmount = try container.decodeIfPresent(String.self, forKey: .fixedAmount)
    sameUserCooldown = try seconds(.sameUserCooldown, usual.sameUserCooldown)
    resultShown = try seconds(.resultShown, usual.resultShown)
    tailQuestionKept = try seconds(.tailQuestionKept, usual.tailQuestionKept)
    wrongTailsCount = try seconds(.wrongTailsCount, usual.wrongTailsCount)
    guidePage = try container.decodeIfPresent(Bool.self, forKey: .guidePage) ?? usual.guidePage
    closeCameraWithoutFace = try seconds(.closeCameraWithoutFace, usual.closeCameraWithoutFace)
    closeCameraWithoutFaceNoGuide = try seconds(
      .closeCameraWithoutFaceNoGuide, usual.closeCameraWithoutFaceNoGuide)
    closeCameraWithoutMatch = try seconds(.closeCameraWithoutMatch, usual.closeCameraWithoutMatch)
    keepCameraWarm = try seconds(.keepCameraWarm, usual.keepCameraWarm)
    firstKeyOpensCamera =
      try container.decodeIfPresent(Bool.self, forKey: .firstKeyOpensCamera) ?? usual.firstKeyOpensCamera
    preview = try container.decodeIfPresent(Bool.self, forKey: .preview) ?? usual.preview
  }

  private enum CodingKeys: String, CodingKey {
    case recognition
    case sells
    case fixedAmount = "fixed_amount"
    case sameUserCooldown = "same_user_cooldown"
    case resultShown = "result_shown"
    case tailQuestionKept = "phone_tail_question_kept"
    case wrongTailsCount = "wrong_phone_tails_count"
    case guidePage = "guide_page"
    case closeCameraWithoutFace = "close_camera_without_face"
    case closeCameraWithoutFaceNoGuide = "close_camera_without_face_no_guide"
    case closeCameraWithoutMatch = "close_camera_without_match"
    case keepCameraWarm = "keep_camera_warm"
    case firstKeyOpensCamera = "first_key_opens_camera"
    case preview
  }

  var session: CheckoutSession.Settings {
    CheckoutSession.Settings(
      recognition: recognition, sells: sells ?? (fixedAmount == nil ? .manual : .fixed),
      sameUserCooldown: .seconds(sameUserCooldown), resultShownFor: .seconds(resultShown),
      tailQuestionKeptFor: .seconds(tailQuestionKept), wrongTailsCountFor: .seconds(wrongTailsCount))
  }

  func fixedPrice() throws(AmountError) -> Fen? {
    guard let fixedAmount else { return nil }
    let price = try Fen(yuan: fixedAmount)
    try SpendingLimits.platformCeiling.check(price)
    return price
  }

  var camera: CameraController.Settings {
    CameraController.Settings(
      timing: CameraProtection.Timing(
        withGuidePage: .seconds(closeCameraWithoutFace),
        withoutGuidePage: .seconds(closeCameraWithoutFaceNoGuide),
        withoutMatch: .seconds(closeCameraWithoutMatch)),
      guidePageIsOn: guidePage, staysWarmFor: .seconds(keepCameraWarm), opensOnFirstKey: firstKeyOpensCamera,
      showsPreview: preview)
  }
}

/// When a face is somebody.
struct RecognitionSettings: Sendable, Codable {
  /// Most likely share of strangers' presentations that may end as somebody of the library.
  let target: Double
  let leastThreshold: Float
  let leastMargin: Float
  let looksToAgree: Int
  let looksToRefuse: Int
  /// What is done about prints, screens and masks.
  let liveness: LivenessPolicy
  /// Threads of the networks; 0 takes one a core, at most two.
  let threads: Int

  init() {
    let usual = IdentificationPolicy()
    target = usual.target
    leastThreshold = usual.leastThreshold
    leastMargin = usual.leastMargin
    looksToAgree = usual.looksToAgree
    looksToRefuse = usual.looksToRefuse
    liveness = .enforce
    threads = 0
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
    liveness = try container.decodeIfPresent(LivenessPolicy.self, forKey: .liveness) ?? usual.liveness
    threads = try container.decodeIfPresent(Int.self, forKey: .threads) ?? usual.threads
    guard (1e-9...0.01).contains(target), (0.363...1).contains(leastThreshold), (0...1).contains(leastMargin),
      (1...50).contains(looksToAgree),
      (looksToAgree...200).contains(looksToRefuse), (0...16).contains(threads)
    else {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(
          codingPath: container.codingPath,
          debugDescription:
            "target 1e-9…0.01, least_threshold 0.363…1, least_margin 0…1, looks 1…50 and not more than looks_to_refuse"
        ))
    }
  }

  private enum CodingKeys: String, CodingKey {
    case target
    case leastThreshold = "least_threshold"
    case leastMargin = "least_margin"
    case looksToAgree = "looks_to_agree"
    case looksToRefuse = "looks_to_refuse"
    case liveness
    case threads
  }

  var policy: IdentificationPolicy {
    IdentificationPolicy(
      target: target, leastThreshold: leastThreshold, leastMargin: leastMargin, looksToAgree: looksToAgree,
      looksToRefuse: looksToRefuse)
  }
}
