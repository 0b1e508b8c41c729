/// What a box suggests for the settings of the same names under `checkout` in terminal.yaml, which override
/// these. Times are in seconds.
public struct CheckoutDefaults: Sendable, Equatable, Codable {
  public var guidePage: Bool?
  public var closeCameraWithoutFace: Double?
  public var closeCameraWithoutFaceNoGuide: Double?
  public var closeCameraWithoutMatch: Double?
  public var keepCameraWarm: Double?

  private enum CodingKeys: String, CodingKey {
    case guidePage = "guide_page"
    case closeCameraWithoutFace = "close_camera_without_face"
    case closeCameraWithoutFaceNoGuide = "close_camera_without_face_no_guide"
    case closeCameraWithoutMatch = "close_camera_without_match"
    case keepCameraWarm = "keep_camera_warm"
  }

  public init() {}

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    func seconds(_ key: CodingKeys) throws -> Double? {
      guard let value = try values.decodeIfPresent(Double.self, forKey: key) else { return nil }
      guard (0...86_400).contains(value) else { throw values.wrong(key, "must be 0 to 86400 seconds") }
      return value
    }
    guidePage = try values.decodeIfPresent(Bool.self, forKey: .guidePage)
    closeCameraWithoutFace = try seconds(.closeCameraWithoutFace)
    closeCameraWithoutFaceNoGuide = try seconds(.closeCameraWithoutFaceNoGuide)
    closeCameraWithoutMatch = try seconds(.closeCameraWithoutMatch)
    keepCameraWarm = try seconds(.keepCameraWarm)
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(guidePage, forKey: .guidePage)
    try values.encode(closeCameraWithoutFace, forKey: .closeCameraWithoutFace)
    try values.encode(closeCameraWithoutFaceNoGuide, forKey: .closeCameraWithoutFaceNoGuide)
    try values.encode(closeCameraWithoutMatch, forKey: .closeCameraWithoutMatch)
    try values.encode(keepCameraWarm, forKey: .keepCameraWarm)
  }
}
