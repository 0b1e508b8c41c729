public import CanteenCore
public import Foundation
public import PaymentPlatform

/// WeChat Pay's K12 face payment for one school, whose merchant number is a service provider's sub-merchant.
public struct WeChatPayK12: PaymentPlatform {
  /// The product's terms (K12 face FAQ): ¥100 an order and ¥500 a day; five deductions of an order in a day,
  /// within 06–08, 11–14 and 16–20 h; user numbers of more than five characters; 50 refunds of an order.
  /// Faces only.
  public static let usualTerms = PlatformTerms(
    platform: .weChatPay, orderCeiling: Fen(100_00), dayCeiling: Fen(500_00),
    deductionWindows: [
      DayWindow(opens: 6 * 60, closes: 8 * 60), DayWindow(opens: 11 * 60, closes: 14 * 60),
      DayWindow(opens: 16 * 60, closes: 20 * 60),
    ], mostDeductionsPerDay: 5, leastUserIDLength: 6, mostRefundsPerOrder: 50, collectsByUser: false)

  /// A merchant under test may take ¥1 from a user in a day.
  public static let termsUnderTest = usualTerms.lowered(order: Fen(1_00), day: Fen(1_00))

  public let terms: PlatformTerms

  private let client: WeChatPayClient
  private let subMerchant: String
  private let organization: OrganizationID
  private let organizationName: String

  public init(
    client: WeChatPayClient, subMerchant: String, organization: OrganizationID, organizationName: String,
    terms: PlatformTerms = usualTerms
  ) {
    self.client = client
    self.subMerchant = subMerchant
    self.organization = organization
    self.organizationName = organizationName
    self.terms = terms
  }

  public func credential(for terminal: TerminalID, rawData: String) async throws -> PlatformCredential {
    PlatformCredential(
      platform: id,
      text: try await client.authinfo(
        device: terminal, rawData: rawData, organization: organization, subMerchant: subMerchant),
      merchant: ["sp_mchid": client.credentials.spMerchant, "sub_mchid": subMerchant])
  }

  public func standing(of user: OutUserID) async throws -> FaceUserStanding? {
    do {
      let record = try await client.faceUser(user, in: organization)
      return FaceUserStanding(platformUserID: record.userID, bar: record.bar)
    } catch {
      // `catch .notFound` alone crashes Swift 6.2.3, which compiles for Debian's arm64.
      guard case .notFound = error else { throw error }
      return nil
    }
  }

  public func request(for order: Order, at till: SellingTill) throws(UnsendableRequest) -> PlatformRequest {
    guard let payment = order.means.facePayment else {
      throw UnsendableRequest(reason: "the order carries no face token")
    }
    do throws(WeChatPayError) {
      return PlatformRequest(
        body: try client.body(
          of: FaceDeduction(
            authCode: payment.faceToken, subMerchant: subMerchant, outTradeNumber: order.outTradeNumber,
            description: MerchantName(organizationName).description, amount: order.toCollect,
            deviceIP: till.address ?? "127.0.0.1", attach: till.id.text)))
    } catch {
      throw UnsendableRequest(reason: error.description)
    }
  }

  public func deduct(_ order: Order, by request: PlatformRequest) async -> Deduction {
    await client.deduct(
      SentOrder(order.outTradeNumber, amount: order.toCollect, request: request), subMerchant: subMerchant)
  }

  public func query(_ order: SentOrder) async -> Deduction {
    await client.deduction(of: order, subMerchant: subMerchant)
  }

  /// The product has no such call.
  public func cancel(_ number: OutTradeNumber) async -> Cancellation { .notOffered }

  public func request(for refund: Refund, of order: SentOrder) throws(UnsendableRequest) -> PlatformRequest {
    let merchant = order.request.flatMap(SentMerchant.init)?.subMerchant ?? subMerchant
    do {
      return PlatformRequest(
        body: try OrderRefund(
          subMerchant: merchant, outTradeNumber: refund.outTradeNumber,
          outRefundNumber: refund.outRefundNumber, amount: refund.amount, total: order.amount,
          reason: refund.reason
        ).body())
    } catch {
      throw UnsendableRequest(reason: "the refund cannot be written as JSON")
    }
  }

  public func refund(_ refund: SentRefund, by request: PlatformRequest) async -> RefundOutcome {
    await client.refund(refund, by: request)
  }

  public func queryRefund(_ refund: SentRefund) async -> RefundOutcome {
    await client.refund(queriedAs: refund, subMerchant: subMerchant)
  }

  public func bill(of day: SchoolDay) async throws -> PlatformBill {
    do {
      let bill = try await client.tradeBill(on: day, subMerchant: subMerchant)
      return PlatformBill(
        bill.lines.map { line in
          BilledLine(
            platform: id, outTradeNumber: line.outTradeNumber, charged: line.amount,
            refunded: line.refundAmount)
        }, flaws: bill.flaws.map(\.description))
    } catch .noBusiness {
      return PlatformBill([])
    } catch {
      throw BillUnavailable(reason: error.description)
    }
  }

  public func event(from headers: [String: String], body: Data) throws(EventRefusal) -> PlatformEvent {
    try WeChatPayNotification(
      headers: headers, body: body, credentials: client.credentials, now: client.connection.wallClock.now()
    ).event(for: organization)
  }
}

extension FaceUserRecord {
  fileprivate var bar: UserBar? {
    if contractState != .contracted { return .contractEnded }
    return status == .normal ? nil : .blocked
  }
}
