public import CanteenCore

/// Which amounts the load may still key, over all tills.
///
/// Amounts taken by staff are never used twice, so that an amount alone tells which key an order came from.
/// What all faces pay together stays under the platform's daily limit for one user, so that no order waits
/// for tomorrow; and there are fewer orders than till and gateway list.
public actor AmountAllocator {
  private static let dearestFacePayment: Int64 = 40
  private static let facesPayAtMost: Int64 = 45_000
  private static let mostByStaff = 7_500

  private var facePayments: Int64 = 0
  private var paidByFaces: Int64 = 0
  private var byStaff = 0

  public init() {}

  /// - Returns: nil when the faces have spent enough.
  public func amountForFace() -> Fen? {
    let amount = facePayments % Self.dearestFacePayment + 1
    guard paidByFaces + amount <= Self.facesPayAtMost else { return nil }
    facePayments += 1
    paidByFaces += amount
    return Fen(amount)
  }

  /// - Returns: nil when there are as many orders as can be listed.
  public func amountForStaff() -> Fen? {
    guard byStaff < Self.mostByStaff else { return nil }
    byStaff += 1
    return Fen(Self.dearestFacePayment + Int64(byStaff))
  }
}
