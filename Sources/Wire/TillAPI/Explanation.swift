public import CanteenCore

/// Why an order was booked for this user: the numbers of the decision. There is no picture.
public struct Explanation: Sendable, Codable {
  public let acceptedAt: Timestamp
  public let outUserID: OutUserID
  public let displayName: String
  public let recognition: RecognitionMode
  public let evidence: RecognitionEvidence

  public init(
    acceptedAt: Timestamp, outUserID: OutUserID, displayName: String, recognition: RecognitionMode,
    evidence: RecognitionEvidence
  ) {
    self.acceptedAt = acceptedAt
    self.outUserID = outUserID
    self.displayName = displayName
    self.recognition = recognition
    self.evidence = evidence
  }

  private enum CodingKeys: String, CodingKey {
    case acceptedAt = "accepted_at"
    case outUserID = "out_user_id"
    case displayName = "display_name"
    case recognition
    case evidence
  }
}
