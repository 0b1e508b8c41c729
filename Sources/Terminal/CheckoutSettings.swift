import Camera
import CanteenCore

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
  /// Where not given, this and the times of camera protection below come from the box's profile, else from
  /// the defaults of ``CameraController/Settings``.
  let guidePage: Bool?
  let closeCameraWithoutFace: Double?
  let closeCameraWithoutFaceNoGuide: Double?
  let closeCameraWithoutMatch: Double?
  /// How long the device stays open, its light on, after protection closed the camera; 0 closes it at once.
  let keepCameraWarm: Double?
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
    guidePage = nil
    closeCameraWithoutFace = nil
    closeCameraWithoutFaceNoGuide = nil
    closeCameraWithoutMatch = nil
    keepCameraWarm = nil
    firstKeyOpensCamera = true
    preview = true
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let usual = CheckoutSettings()
    func given(_ key: CodingKeys) throws -> Double? {
      guard let value = try container.decodeIfPresent(Double.self, forKey: key) else { return nil }
      guard value.isFinite, (0...86_400).contains(value) else {
        throw DecodingError.dataCorruptedError(
          forKey: key, in: container, debugDescription: "must be 0 to 86400 seconds")
      }
      return value
    }
    func seconds(_ key: CodingKeys, _ usual: Double) throws -> Double { try given(key) ?? usual }
    recognition =
      try container.decodeIfPresent(RecognitionMode.self, forKey: .recognition) ?? usual.recognition
    sells = try container.decodeIfPresent(AmountMode.self, forKey: .sells)
    fixedAmount = try container.decodeIfPresent(String.self, forKey: .fixedAmount)
    sameUserCooldown = try seconds(.sameUserCooldown, usual.sameUserCooldown)
    resultShown = try seconds(.resultShown, usual.resultShown)
    tailQuestionKept = try seconds(.tailQuestionKept, usual.tailQuestionKept)
    wrongTailsCount = try seconds(.wrongTailsCount, usual.wrongTailsCount)
    guidePage = try container.decodeIfPresent(Bool.self, forKey: .guidePage)
    closeCameraWithoutFace = try given(.closeCameraWithoutFace)
    closeCameraWithoutFaceNoGuide = try given(.closeCameraWithoutFaceNoGuide)
    closeCameraWithoutMatch = try given(.closeCameraWithoutMatch)
    keepCameraWarm = try given(.keepCameraWarm)
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

  /// Also writes values that are not given, so that a misspelt key is refused with the nearest valid one.
  func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(recognition, forKey: .recognition)
    try values.encode(sells, forKey: .sells)
    try values.encode(fixedAmount, forKey: .fixedAmount)
    try values.encode(sameUserCooldown, forKey: .sameUserCooldown)
    try values.encode(resultShown, forKey: .resultShown)
    try values.encode(tailQuestionKept, forKey: .tailQuestionKept)
    try values.encode(wrongTailsCount, forKey: .wrongTailsCount)
    try values.encode(guidePage, forKey: .guidePage)
    try values.encode(closeCameraWithoutFace, forKey: .closeCameraWithoutFace)
    try values.encode(closeCameraWithoutFaceNoGuide, forKey: .closeCameraWithoutFaceNoGuide)
    try values.encode(closeCameraWithoutMatch, forKey: .closeCameraWithoutMatch)
    try values.encode(keepCameraWarm, forKey: .keepCameraWarm)
    try values.encode(firstKeyOpensCamera, forKey: .firstKeyOpensCamera)
    try values.encode(preview, forKey: .preview)
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
    guard price > .zero else { throw .notPositive }
    guard price <= Order.mostAmount else { throw .overOrderLimit(limit: Order.mostAmount) }
    return price
  }

  /// - Parameter profile: the box's; terminal.yaml overrides it.
  func camera(on profile: DeviceProfile?) -> CameraController.Settings {
    let box = profile?.checkout
    var settings = CameraController.Settings(opensOnFirstKey: firstKeyOpensCamera, showsPreview: preview)
    func set(_ time: WritableKeyPath<CameraController.Settings, Duration>, _ own: Double?, _ box: Double?) {
      if let seconds = own ?? box { settings[keyPath: time] = .seconds(seconds) }
    }
    settings.guidePageIsOn = guidePage ?? box?.guidePage ?? settings.guidePageIsOn
    set(\.timing.withGuidePage, closeCameraWithoutFace, box?.closeCameraWithoutFace)
    set(\.timing.withoutGuidePage, closeCameraWithoutFaceNoGuide, box?.closeCameraWithoutFaceNoGuide)
    set(\.timing.withoutMatch, closeCameraWithoutMatch, box?.closeCameraWithoutMatch)
    set(\.staysWarmFor, keepCameraWarm, box?.keepCameraWarm)
    return settings
  }
}
