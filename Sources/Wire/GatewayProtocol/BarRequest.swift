/// `PUT /v1/admin/people/ID/bar`: what keeps a user's face from paying at every till.
public struct BarRequest: Sendable, Codable, Equatable {
  /// What the school itself may say. Contracts and advances are the platform's business.
  public enum Bar: String, Sendable, Codable {
    case blocked
  }

  /// `null` lets the face pay again as far as the school goes; leaving the key out is refused, so that no misspelling
  /// lifts a bar.
  public let bar: Bar?

  public init(bar: Bar?) {
    self.bar = bar
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    bar = try container.decode(Bar?.self, forKey: .bar)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(bar, forKey: .bar)
  }

  private enum CodingKeys: String, CodingKey {
    case bar
  }
}
