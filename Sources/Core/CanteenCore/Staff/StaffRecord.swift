/// One line of the audit log.
public struct StaffRecord: Sendable, Hashable, Codable {
  public let operatorID: OperatorID
  public let action: StaffAction
  /// The order it was about.
  public let outTradeNumber: OutTradeNumber?
  public let reason: String?

  public init(operatorID: OperatorID, action: StaffAction, outTradeNumber: OutTradeNumber?, reason: String?) {
    self.operatorID = operatorID
    self.action = action
    self.outTradeNumber = outTradeNumber
    self.reason = reason
  }

  private enum CodingKeys: String, CodingKey {
    case operatorID = "operator"
    case action
    case outTradeNumber = "out_trade_no"
    case reason
  }
}
