public import CanteenCore

/// One transaction at the sandbox; `charges` counts how often money really moved.
public struct ListedCharge: Sendable, Decodable {
  public let number, state: String
  /// The school's number of the user who was charged.
  public let user: String
  public let amount: Fen
  public let charges: Int

  private enum CodingKeys: String, CodingKey {
    case number = "out_trade_no"
    case state = "trade_state"
    case user = "out_user_id"
    case amount = "amount_fen"
    case charges
  }
}
