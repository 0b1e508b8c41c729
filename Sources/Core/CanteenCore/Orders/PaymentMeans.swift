/// Who pays for an order, and how the money is collected. The two are almost independent of each other.
public struct PaymentMeans: Sendable, Hashable {
  public let payer: Payer
  public let collection: MoneyCollection

  public init(payer: Payer, collection: MoneyCollection) {
    self.payer = payer
    self.collection = collection
  }

  /// A recognised face under the guardian's contract.
  public static func face(_ payment: FacePayment) -> PaymentMeans {
    PaymentMeans(
      payer: .face(
        FaceIdentity(user: payment.user, recognition: payment.recognition, evidence: payment.evidence)),
      collection: .contract(faceToken: payment.faceToken))
  }

  /// Nobody was identified; it is only known that staff took the money.
  public static let takenByStaff = PaymentMeans(payer: .nobody, collection: .besideTill(.unnamed))

  /// The platform that takes the money; nil when none does, or when it is not known which.
  public var platform: PlatformID? {
    switch collection {
    case .contract: payer.user?.platform
    case .agreement(let platform): platform
    case .paymentCode(let receipt): receipt.platform
    case .besideTill: nil
    }
  }

  /// What a platform needs to take the money by face; nil for any other means.
  public var facePayment: FacePayment? {
    guard case .face(let face) = payer, case .contract(let token) = collection else { return nil }
    return FacePayment(
      user: face.user, recognition: face.recognition, faceToken: token, evidence: face.evidence)
  }

  /// The first thing that does not fit together; nil for sound means.
  var flaw: String? {
    switch (payer, collection) {
    case (.face, .contract): nil
    case (_, .contract): "only a face pays under a contract"
    case (.nobody, .agreement), (.nobody, .besideTill(.schoolAccount)):
      "nobody is named whose account would pay"
    default: nil
    }
  }
}

/// How the payer was identified, and who it is.
public enum Payer: Sendable, Hashable {
  case face(FaceIdentity)
  case card(RecognisedUser)
  case pin(RecognisedUser)
  case chosenByStaff(RecognisedUser)
  case nobody

  public var user: RecognisedUser? {
    switch self {
    case .face(let face): face.user
    case .card(let user), .pin(let user), .chosenByStaff(let user): user
    case .nobody: nil
    }
  }

  /// For reports and files.
  public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
    case face
    case card
    case pin
    case chosenByStaff = "chosen_by_staff"
    case nobody
  }

  public var kind: Kind {
    switch self {
    case .face: .face
    case .card: .card
    case .pin: .pin
    case .chosenByStaff: .chosenByStaff
    case .nobody: .nobody
    }
  }
}

/// A recognised face, and the evidence for it.
public struct FaceIdentity: Sendable, Hashable {
  public let user: RecognisedUser
  public let recognition: RecognitionMode
  public let evidence: RecognitionEvidence

  public init(user: RecognisedUser, recognition: RecognitionMode, evidence: RecognitionEvidence) {
    self.user = user
    self.recognition = recognition
    self.evidence = evidence
  }
}

/// How the money is collected.
public enum MoneyCollection: Sendable, Hashable {
  /// By the platform under the guardian's contract, with a face token: of any length, and opaque to everyone
  /// but its issuer and the platform.
  case contract(faceToken: String)
  /// By a platform that deducts from a user whom the till identified without a face.
  case agreement(PlatformID)
  /// By a platform online, from a payment code that was shown. The code itself is kept nowhere.
  case paymentCode(CodeReceipt)
  /// Not by a platform.
  case besideTill(TakenBeside)

  /// Whether a platform is asked for the money.
  public var asksPlatform: Bool {
    if case .besideTill = self { false } else { true }
  }

  /// Whether a gateway may send the order to the platform by itself. A payment code was sent while it was
  /// shown and is never sent again; the gateway only queries its outcome.
  public var mayBeSent: Bool {
    switch self {
    case .contract, .agreement: true
    case .paymentCode, .besideTill: false
    }
  }

  /// For reports and files.
  public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
    case contract
    case agreement
    case paymentCode = "payment_code"
    case cash
    case otherDevice = "other_device"
    case schoolAccount = "school_account"
    case unnamed
  }

  public var kind: Kind {
    switch self {
    case .contract: .contract
    case .agreement: .agreement
    case .paymentCode: .paymentCode
    case .besideTill(let taken):
      switch taken {
      case .cash: .cash
      case .otherDevice: .otherDevice
      case .schoolAccount: .schoolAccount
      case .unnamed: .unnamed
      }
    }
  }
}

/// How money was taken without a platform.
public enum TakenBeside: String, Sendable, Hashable, Codable, CaseIterable {
  case cash
  /// A card terminal or a phone beside the till.
  case otherDevice = "other_device"
  /// The school's own account of the payer.
  case schoolAccount = "school_account"
  /// Nobody said how.
  case unnamed
}

/// What a platform said about a payment code when its meal was booked.
public struct CodeReceipt: Sendable, Hashable, Codable {
  /// The platform's number of the charge; nil when it was not known whether it took the money.
  public let transactionID: String?
  /// Whose code it was; nil when the till was not told what codes look like.
  public let platform: PlatformID?

  public init(transactionID: String?, platform: PlatformID? = nil) {
    self.transactionID = transactionID
    self.platform = platform
  }

  private enum CodingKeys: String, CodingKey {
    case transactionID = "transaction_id"
    case platform
  }
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
