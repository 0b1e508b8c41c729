/// The form in ledger entries. What a till of the first version could book (a face under a contract, money
/// taken by staff) is still written as it was then, so that a gateway older than its tills can read it.
/// Anything else is `{"paid": {"payer", "user", "collection", …}}`.
extension PaymentMeans: Codable {
  private enum Form: String, CodingKey {
    case face
    case takenByStaff
    case paid
  }

  /// The key under which Swift writes the value of an enum's case.
  private enum CaseValue: String, CodingKey {
    case value = "_0"
  }

  private enum CodingKeys: String, CodingKey {
    case payer
    case user
    case collection
    case platform
    case receipt
    case recognition
    case evidence
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Form.self)
    guard container.allKeys.count == 1, let form = container.allKeys.first else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: container.codingPath, debugDescription: "an order is paid in one way"))
    }
    switch form {
    case .face:
      let value = try container.nestedContainer(keyedBy: CaseValue.self, forKey: .face)
      self = .face(try value.decode(FacePayment.self, forKey: .value))
    case .takenByStaff:
      self = .takenByStaff
    case .paid:
      let paid = try container.nestedContainer(keyedBy: CodingKeys.self, forKey: .paid)
      self.init(payer: try Self.payer(in: paid), collection: try Self.collection(in: paid))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Form.self)
    if let facePayment {
      var value = container.nestedContainer(keyedBy: CaseValue.self, forKey: .face)
      try value.encode(facePayment, forKey: .value)
    } else if self == .takenByStaff {
      _ = container.nestedContainer(keyedBy: CaseValue.self, forKey: .takenByStaff)
    } else {
      var paid = container.nestedContainer(keyedBy: CodingKeys.self, forKey: .paid)
      try paid.encode(payer.kind, forKey: .payer)
      try paid.encodeIfPresent(payer.user, forKey: .user)
      if case .face(let face) = payer {
        try paid.encode(face.recognition, forKey: .recognition)
        try paid.encode(face.evidence, forKey: .evidence)
      }
      try paid.encode(collection.kind, forKey: .collection)
      switch collection {
      case .agreement(let platform): try paid.encode(platform, forKey: .platform)
      case .paymentCode(let receipt): try paid.encode(receipt, forKey: .receipt)
      case .contract, .besideTill: break
      }
    }
  }

  private static func payer(in paid: KeyedDecodingContainer<CodingKeys>) throws -> Payer {
    func user() throws -> RecognisedUser { try paid.decode(RecognisedUser.self, forKey: .user) }
    return switch try paid.decode(Payer.Kind.self, forKey: .payer) {
    case .face:
      .face(
        FaceIdentity(
          user: try user(), recognition: try paid.decode(RecognitionMode.self, forKey: .recognition),
          evidence: try paid.decode(RecognitionEvidence.self, forKey: .evidence)))
    case .card: .card(try user())
    case .pin: .pin(try user())
    case .chosenByStaff: .chosenByStaff(try user())
    case .nobody: .nobody
    }
  }

  private static func collection(in paid: KeyedDecodingContainer<CodingKeys>) throws -> MoneyCollection {
    switch try paid.decode(MoneyCollection.Kind.self, forKey: .collection) {
    case .contract:
      throw DecodingError.dataCorruptedError(
        forKey: .collection, in: paid, debugDescription: "only a face pays under a contract")
    case .agreement: .agreement(try paid.decode(PlatformID.self, forKey: .platform))
    case .paymentCode: .paymentCode(try paid.decode(CodeReceipt.self, forKey: .receipt))
    case .cash: .besideTill(.cash)
    case .otherDevice: .besideTill(.otherDevice)
    case .schoolAccount: .besideTill(.schoolAccount)
    case .unnamed: .besideTill(.unnamed)
    }
  }
}
