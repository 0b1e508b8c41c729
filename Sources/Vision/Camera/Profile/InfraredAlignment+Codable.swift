public import CanteenCore

extension InfraredAlignment: Codable {
  private enum CodingKeys: String, CodingKey {
    case scale
    case offsetX = "offset_x"
    case offsetY = "offset_y"
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      scale: try values.decodeIfPresent(Float.self, forKey: .scale) ?? 1,
      offsetX: try values.decodeIfPresent(Float.self, forKey: .offsetX) ?? 0,
      offsetY: try values.decodeIfPresent(Float.self, forKey: .offsetY) ?? 0)
    guard (0.1...10).contains(scale) else { throw values.wrong(.scale, "must be 0.1 to 10") }
    for (key, offset) in [(CodingKeys.offsetX, offsetX), (.offsetY, offsetY)]
    where !(-4_096...4_096).contains(offset) {
      throw values.wrong(key, "must be -4096 to 4096 pixels")
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(scale, forKey: .scale)
    try values.encode(offsetX, forKey: .offsetX)
    try values.encode(offsetY, forKey: .offsetY)
  }
}
