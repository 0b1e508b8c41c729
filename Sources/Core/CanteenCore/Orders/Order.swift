/// One meal bought, as the till books it. What is written here is signed, uploaded and charged unchanged.
public struct Order: Sendable, Hashable, Codable {
  /// The most one order may cost, even where a platform would take more.
  public static let mostAmount = Fen(1_000_00)

  public let outTradeNumber: OutTradeNumber
  /// The whole price; zero in count mode.
  public let amount: Fen
  /// What the school pays of it.
  public let subsidy: Fen
  public let amountMode: AmountMode
  /// The dishes, in menu mode.
  public let lines: [OrderLine]
  public let period: MealPeriodID?
  /// The day at the school; nil in orders of a till that did not know it.
  public let day: SchoolDay?
  public let acceptedAt: Timestamp
  public let timeQuality: TimeQuality
  public let means: PaymentMeans
  /// The operator and the number of the open shift; nil when none was open.
  public let operatorID: OperatorID?
  public let shift: Int64?
  public let staffOverride: StaffOverride?

  public init(
    outTradeNumber: OutTradeNumber, amount: Fen, subsidy: Fen = .zero, amountMode: AmountMode,
    lines: [OrderLine] = [], period: MealPeriodID? = nil, day: SchoolDay? = nil, acceptedAt: Timestamp,
    timeQuality: TimeQuality = .unverified, means: PaymentMeans, operatorID: OperatorID? = nil,
    shift: Int64? = nil, staffOverride: StaffOverride? = nil
  ) {
    self.outTradeNumber = outTradeNumber
    self.amount = amount
    self.subsidy = subsidy
    self.amountMode = amountMode
    self.lines = lines
    self.period = period
    self.day = day
    self.acceptedAt = acceptedAt
    self.timeQuality = timeQuality
    self.means = means
    self.operatorID = operatorID
    self.shift = shift
    self.staffOverride = staffOverride
  }

  /// Whose meal it is; nil when nobody was identified.
  public var user: RecognisedUser? { means.payer.user }

  /// What the payer pays: the price less the school's subsidy.
  public var personal: Fen { amount - subsidy }

  /// What the platform is asked for: nothing when the money was taken beside the till or the subsidy covers it all.
  public var toCollect: Fen { means.collection.asksPlatform ? personal : .zero }

  /// Where the order stands at the gateway before any deduction.
  public var stateWhenUploaded: OrderState {
    if !means.collection.asksPlatform { return .takenByStaff }
    return toCollect > .zero ? .uploaded : .nothingToCollect
  }

  /// What is wrong with the order, the first thing found; nil for a sound one. A till never writes an unsound
  /// order, so one that arrives was tampered with or comes from a broken till.
  public var flaw: String? {
    guard (.zero...Self.mostAmount).contains(amount), (.zero...amount).contains(subsidy) else {
      return "the amount is out of range"
    }
    guard (amount == .zero) == (amountMode == .count) else { return "only a counted meal has no amount" }
    guard amountMode == .menu || lines.isEmpty else { return "only a menu order has dishes" }
    guard
      lines.allSatisfy({
        $0.price > .zero && $0.price <= Self.mostAmount && (1...1_000).contains($0.quantity)
      })
    else {
      return "a dish is out of range"
    }
    let sum = lines.reduce(Int64(0)) { $0 + $1.price.count * Int64($1.quantity) }
    guard lines.isEmpty || Fen(sum) == amount else { return "the dishes do not add up to the amount" }
    return means.flaw
  }

  private enum CodingKeys: String, CodingKey {
    case outTradeNumber = "out_trade_no"
    case amount = "amount_fen"
    case subsidy = "subsidy_fen"
    case amountMode = "amount_mode"
    case lines
    case period
    case day
    case acceptedAt = "accepted_at"
    case timeQuality = "time_quality"
    case means
    case operatorID = "operator"
    case shift
    case staffOverride = "override"
  }

  /// Reads orders of earlier versions too: fields they did not write get their defaults.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    outTradeNumber = try container.decode(OutTradeNumber.self, forKey: .outTradeNumber)
    amount = try container.decode(Fen.self, forKey: .amount)
    subsidy = try container.decodeIfPresent(Fen.self, forKey: .subsidy) ?? .zero
    amountMode = try container.decode(AmountMode.self, forKey: .amountMode)
    lines = try container.decodeIfPresent([OrderLine].self, forKey: .lines) ?? []
    period = try container.decodeIfPresent(MealPeriodID.self, forKey: .period)
    day = try container.decodeIfPresent(SchoolDay.self, forKey: .day)
    acceptedAt = try container.decode(Timestamp.self, forKey: .acceptedAt)
    timeQuality = try container.decodeIfPresent(TimeQuality.self, forKey: .timeQuality) ?? .unverified
    means = try container.decode(PaymentMeans.self, forKey: .means)
    operatorID = try container.decodeIfPresent(OperatorID.self, forKey: .operatorID)
    shift = try container.decodeIfPresent(Int64.self, forKey: .shift)
    staffOverride = try container.decodeIfPresent(StaffOverride.self, forKey: .staffOverride)
  }
}

/// How the amount of an order arises.
public enum AmountMode: String, Sendable, Hashable, Codable, CaseIterable {
  case manual
  case fixed
  case menu
  case count
}

/// Which comes first, the face or the amount.
public enum RecognitionMode: String, Sendable, Hashable, Codable {
  case preRecognition = "pre"
  case postRecognition = "post"
}
