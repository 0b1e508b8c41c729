public import CanteenCore

/// Who staff say they are.
public struct StaffCredentials: Sendable, Codable {
  public let `operator`: OperatorID
  public let pin: String

  public init(operator: OperatorID, pin: String) {
    self.operator = `operator`
    self.pin = pin
  }
}

/// A void or an override: who, and why in 2 to 80 characters.
public struct StaffReason: Sendable, Codable {
  public let `operator`: OperatorID
  public let pin: String
  public let reason: String

  public init(credentials: StaffCredentials, reason: String) {
    self.operator = credentials.operator
    pin = credentials.pin
    self.reason = reason
  }

  public var credentials: StaffCredentials { StaffCredentials(operator: `operator`, pin: pin) }
}

/// A refund: who, why in 2 to 80 characters, and how much.
public struct RefundRequest: Sendable, Codable {
  public let `operator`: OperatorID
  public let pin: String
  public let reason: String
  /// For example `3.50`; nil for all that is left of the order.
  public let yuan: String?

  public init(credentials: StaffCredentials, reason: String, yuan: String? = nil) {
    self.operator = credentials.operator
    pin = credentials.pin
    self.reason = reason
    self.yuan = yuan
  }

  public var credentials: StaffCredentials { StaffCredentials(operator: `operator`, pin: pin) }
}

/// An order on paper, for a printer of 32 columns.
public struct ReceiptText: Sendable, Equatable, Codable {
  public let text: String

  public init(text: String) {
    self.text = text
  }
}

/// One line of the audit log: what somebody did with their PIN.
public struct AuditLine: Sendable, Equatable, Codable {
  /// The sequence of the ledger entry that says so.
  public let sequence: Int64
  public let at: Timestamp
  public let record: StaffRecord

  public init(sequence: Int64, at: Timestamp, record: StaffRecord) {
    self.sequence = sequence
    self.at = at
    self.record = record
  }
}
