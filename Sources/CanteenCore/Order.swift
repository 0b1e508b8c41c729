/// One meal bought, as the till books it. What is written here is signed, uploaded and charged unchanged.
public struct Order: Sendable, Hashable, Codable {
  public let outTradeNumber: OutTradeNumber
  public let amount: Fen
  public let amountMode: AmountMode
  public let acceptedAt: Timestamp
  public let means: PaymentMeans

  public init(
    outTradeNumber: OutTradeNumber, amount: Fen, amountMode: AmountMode, acceptedAt: Timestamp,
    means: PaymentMeans
  ) {
    self.outTradeNumber = outTradeNumber
    self.amount = amount
    self.amountMode = amountMode
    self.acceptedAt = acceptedAt
    self.means = means
  }

  /// Who is charged; nil when the money was taken beside the till.
  public var user: RecognisedUser? {
    if case .face(let payment) = means { payment.user } else { nil }
  }

  private enum CodingKeys: String, CodingKey {
    case outTradeNumber = "out_trade_no"
    case amount = "amount_fen"
    case amountMode = "amount_mode"
    case acceptedAt = "accepted_at"
    case means
  }
}

/// How the amount of an order arises.
public enum AmountMode: String, Sendable, Hashable, Codable {
  case manual
  case fixed
}

/// Which comes first, the face or the amount.
public enum RecognitionMode: String, Sendable, Hashable, Codable {
  case preRecognition = "pre"
  case postRecognition = "post"
}

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
