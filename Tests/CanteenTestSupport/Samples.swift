public import CanteenCore

extension RecognitionEvidence {
  /// A clear match, for tests that are not about recognition.
  public static let sample = RecognitionEvidence(
    score: 0.8, runnerUp: 0.1, threshold: 0.5, margin: 0.1, framesAgreed: 3, framesSeen: 3, people: 500,
    libraryVersion: 1,
    milliseconds: StageMilliseconds(detect: 1, embed: 1, search: 1, faceToDecision: 100))
}

extension Order {
  /// An order of 12 yuan by `user`, or by staff when there is none.
  public static func sample(
    _ number: String, user: String? = "s00001", amount: Fen = Fen(1200),
    at time: Timestamp = Timestamp(millisecondsSince1970: 1_795_147_200_000), token: String = "token",
    subsidy: Fen = .zero, period: String? = nil
  ) throws -> Order {
    Order(
      outTradeNumber: try OutTradeNumber(number), amount: amount, subsidy: subsidy, amountMode: .manual,
      period: try period.map { try MealPeriodID($0) }, day: MealPlan.unplanned.schoolTime(time).day,
      acceptedAt: time,
      means: try user.map { user in
        .face(
          FacePayment(
            user: RecognisedUser(
              outUserID: try OutUserID(user), platformUserID: "P-\(user)", displayName: "甲"),
            recognition: .postRecognition, faceToken: token, evidence: .sample))
      } ?? .takenByStaff)
  }
}

extension SchoolTime {
  /// Noon of a school day in China.
  public static let noon = MealPlan.unplanned.schoolTime(
    Timestamp(millisecondsSince1970: 1_795_147_200_000))
}
