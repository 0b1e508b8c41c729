import CanteenCore
import CanteenTestSupport
import Foundation
import Testing

/// How means stand in orders and in their files.
struct PaymentMeansTests {
  private let user: RecognisedUser
  private let face: PaymentMeans

  init() throws {
    user = RecognisedUser(outUserID: try OutUserID("s00001"), platformUserID: "P1", displayName: "甲")
    face = .face(
      FacePayment(user: user, recognition: .postRecognition, faceToken: "token", evidence: .sample))
  }

  private func order(_ means: PaymentMeans, subsidy: Fen = .zero) throws -> Order {
    Order(
      outTradeNumber: try OutTradeNumber("ORDER-0001"), amount: Fen(12_00), subsidy: subsidy,
      amountMode: .manual, day: SchoolTime.noon.day,
      acceptedAt: Timestamp(millisecondsSince1970: 1_795_147_200_000), means: means)
  }

  private var everyMeans: [PaymentMeans] {
    get throws {
      let payers: [Payer] = [.nobody, .card(user), .pin(user), .chosenByStaff(user), face.payer]
      let collections: [MoneyCollection] =
        [.agreement(.weChatPay), .paymentCode(CodeReceipt(transactionID: "T1"))]
        + [.paymentCode(CodeReceipt(transactionID: nil))] + TakenBeside.allCases.map { .besideTill($0) }
      return [face]
        + payers.flatMap { payer in collections.map { PaymentMeans(payer: payer, collection: $0) } }
    }
  }

  @Test func `Every means reads back as it was written`() throws {
    for means in try everyMeans {
      let bytes = try JSONEncoder().encode(means)
      #expect(try JSONDecoder().decode(PaymentMeans.self, from: bytes) == means)
    }
  }

  @Test func `What a till of the first version booked is read, and written as it wrote it`() throws {
    let staff = #"{"takenByStaff":{}}"#
    #expect(try JSONDecoder().decode(PaymentMeans.self, from: Data(staff.utf8)) == .takenByStaff)
    #expect(String(decoding: try JSONEncoder().encode(PaymentMeans.takenByStaff), as: UTF8.self) == staff)
    let written = String(decoding: try JSONEncoder().encode(face), as: UTF8.self)
    #expect(written.hasPrefix(#"{"face":{"_0":{"#))
  }

  @Test func `An order names its platform, and one of the first platform is written as ever`() throws {
    let alipay = try PlatformID("alipay")
    let other = RecognisedUser(
      outUserID: user.outUserID, platform: alipay, platformUserID: "2088", displayName: "甲")
    let ways: [(PaymentMeans, PlatformID?)] = [
      (face, .weChatPay), (PaymentMeans(payer: .card(other), collection: .agreement(alipay)), alipay),
      (PaymentMeans(payer: .nobody, collection: .paymentCode(CodeReceipt(transactionID: nil))), nil),
      (
        PaymentMeans(
          payer: .nobody, collection: .paymentCode(CodeReceipt(transactionID: "T1", platform: alipay))),
        alipay
      ), (PaymentMeans(payer: .card(user), collection: .besideTill(.cash)), nil),
      (
        .face(
          FacePayment(user: other, recognition: .postRecognition, faceToken: "token", evidence: .sample)),
        alipay
      ),
    ]
    for (means, platform) in ways {
      #expect(means.platform == platform)
      let bytes = try JSONEncoder().encode(means)
      #expect(try JSONDecoder().decode(PaymentMeans.self, from: bytes) == means)
      let text = String(decoding: bytes, as: UTF8.self)
      #expect(text.contains(#""platform""#) == (platform == alipay), "\(text)")
    }
  }

  @Test(arguments: [
    #"{}"#, #"{"takenByStaff":{},"face":{}}"#, #"{"paid":{"payer":"card","collection":"cash"}}"#,
    #"{"paid":{"payer":"nobody","collection":"contract"}}"#,
    #"{"paid":{"payer":"nobody","collection":"agreement"}}"#,
    #"{"paid":{"payer":"nobody","collection":"barter"}}"#,
  ])
  func `Means that say too little or too much are refused`(text: String) {
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(PaymentMeans.self, from: Data(text.utf8))
    }
  }

  @Test
  func `A platform is asked for the price less the subsidy, and for nothing that was taken beside the till`()
    throws
  {
    #expect(try order(face, subsidy: Fen(3_00)).toCollect == Fen(9_00))
    let code = PaymentMeans(payer: .nobody, collection: .paymentCode(CodeReceipt(transactionID: "T1")))
    #expect(try order(code).toCollect == Fen(12_00))
    for taken in TakenBeside.allCases {
      let means = PaymentMeans(payer: .card(user), collection: .besideTill(taken))
      #expect(try order(means).toCollect == .zero)
      #expect(try order(means).stateWhenUploaded == .takenByStaff)
    }
    #expect(try order(face, subsidy: Fen(12_00)).stateWhenUploaded == .nothingToCollect)
  }

  @Test func `Means that do not fit together make an order unsound`() throws {
    #expect(try order(face).flaw == nil)
    let agreement = PaymentMeans(payer: .nobody, collection: .agreement(.weChatPay))
    #expect(try order(agreement).flaw == "nobody is named whose account would pay")
    let account = PaymentMeans(payer: .nobody, collection: .besideTill(.schoolAccount))
    #expect(try order(account).flaw == "nobody is named whose account would pay")
    let contract = PaymentMeans(payer: .card(user), collection: .contract(faceToken: "token"))
    #expect(try order(contract).flaw == "only a face pays under a contract")
  }

  @Test func `A code shows its digits to nobody who prints it`() throws {
    let code = try #require(PaymentCode("134567890123456789"))
    var dumped = ""
    dump(code, to: &dumped)
    #expect("\(code)\(String(reflecting: code))\(dumped)".contains("1345") == false)
    for text in [
      "13456789012345", "13456789012345678901234567", "1345678901234567８9", "13456789 0123456", "",
    ] {
      #expect(PaymentCode(text) == nil, "\(text)")
    }
  }
}
