/// What the demo reads of `GET /api/status`.
public struct TillStatus: Sendable, Decodable {
  public struct Orders: Sendable, Decodable {
    public let accepted, uploaded, paid, unsent, waiting, paidAmount: Int

    private enum CodingKeys: String, CodingKey {
      case accepted, uploaded, paid, unsent, waiting
      case paidAmount = "paid_fen"
    }
  }

  public struct Counts: Sendable, Decodable {
    public let frames, framesBroken, facesSeen, identified, strangersRefused, artefactsRefused: Int
    public let phoneTailsAsked, phoneTailsRight: Int

    private enum CodingKeys: String, CodingKey {
      case frames, identified
      case framesBroken = "frames_broken"
      case facesSeen = "faces_seen"
      case strangersRefused = "strangers_refused"
      case artefactsRefused = "artefacts_refused"
      case phoneTailsAsked = "phone_tails_asked"
      case phoneTailsRight = "phone_tails_right"
    }
  }

  public struct Percentiles: Sendable, Codable {
    public let p50, p95: Double?
  }

  public struct Process: Sendable, Decodable {
    public let cpuSeconds, peakMemoryMegabytes: Double

    private enum CodingKeys: String, CodingKey {
      case cpuSeconds = "cpu_seconds"
      case peakMemoryMegabytes = "peak_rss_mb"
    }
  }

  public let network: String
  public let blockers: [String]
  public let people: Int
  /// Pages that a browser shows.
  public let screens: [String]
  public let orders: Orders
  public let counts: Counts
  public let faceToAccept: Percentiles
  public let process: Process

  private enum CodingKeys: String, CodingKey {
    case network, blockers, people, screens, orders, counts, process
    case faceToAccept = "face_to_accept_ms"
  }
}

/// One order as the till lists it.
public struct TillOrder: Sendable, Decodable {
  public let number, state: String
  public let amount: Int

  private enum CodingKeys: String, CodingKey {
    case number = "out_trade_no"
    case state
    case amount = "amount_fen"
  }
}

/// One order as the gateway lists it.
public typealias PlatformOrder = TillOrder

/// One transaction at the platform; `charges` counts how often money really moved.
public struct ListedCharge: Sendable, Decodable {
  public let number, state: String
  /// The school's number of whoever's account it was.
  public let user: String
  public let amount, charges: Int

  private enum CodingKeys: String, CodingKey {
    case number = "out_trade_no"
    case state = "trade_state"
    case user = "out_user_id"
    case amount = "amount_fen"
    case charges
  }
}

/// What the staff page shows: the sale in hand and the newest orders.
public struct TillPage: Sendable, Decodable {
  public struct Sale: Sendable, Decodable {
    public let phase: String
    public let amount: Int?
    public let number: String?

    private enum CodingKeys: String, CodingKey {
      case phase
      case amount = "amount_fen"
      case number = "out_trade_no"
    }
  }

  public let sale: Sale
  public let recent: [TillOrder]
}

/// One line of the till's diagnosis.
public struct TillCheck: Sendable, Decodable {
  public let name, message: String
  public let ok: Bool
}
