/// What pays for an order.
public enum PaymentMeans: Sendable, Hashable, Codable {
  case face(FacePayment)
  /// Fallback: staff took cash, a card or a payment code on another device; the platform is not asked.
  case takenByStaff
}

/// A recognised face and the token by which the platform will take the money.
public struct FacePayment: Sendable, Hashable, Codable {
  public let user: RecognisedUser
  public let recognition: RecognitionMode
  /// Opaque to everyone but its issuer and the platform; any length.
  public let faceToken: String
  public let evidence: RecognitionEvidence

  public init(
    user: RecognisedUser, recognition: RecognitionMode, faceToken: String, evidence: RecognitionEvidence
  ) {
    self.user = user
    self.recognition = recognition
    self.faceToken = faceToken
    self.evidence = evidence
  }

  private enum CodingKeys: String, CodingKey {
    case user
    case recognition
    case faceToken = "face_token"
    case evidence
  }
}
