public import CanteenCore

/// Every call of the till's own interface: for its pages on loopback and for `canteenctl` on the socket.
///
/// docs/openapi/till.yaml describes each; a test compares the two.
public enum TillOperations {
  // Pages
  public static let tillEvents = TillOperation<NoBody, EventStream<TillView>>(.get, "/api/till/events")
  public static let studentEvents = TillOperation<NoBody, EventStream<StudentView>>(
    .get, "/api/student/events")
  public static let giveSign = TillOperation<NoBody, NoAnswer>(
    .post, "/api/screens/{screen}", success: 204)
  public static let screenIsShown = TillOperation<NoBody, NoAnswer>(
    .get, "/api/screens/{screen}", success: 204)

  // Selling
  public static let keyAmount = TillOperation<KeyedSale, NoAnswer>(.post, "/api/amount", success: 204)
  public static let offerAgain = TillOperation<NoBody, NoAnswer>(.post, "/api/amount/again", success: 204)
  public static let takeByStaff = TillOperation<KeyedSale, NoAnswer>(
    .post, "/api/taken-by-staff", success: 204)
  public static let pay = TillOperation<NamedPayer, NoAnswer>(
    .post, "/api/pay", success: 204, mostBytes: 1_024)
  public static let showCode = TillOperation<ShownCode, NoAnswer>(
    .post, "/api/payment-code", success: 204, mostBytes: 1_024)
  public static let settleUnclear = TillOperation<UnclearMeal, NoAnswer>(
    .post, "/api/payment-code/unclear", success: 204, mostBytes: 256)
  public static let cancel = TillOperation<NoBody, NoAnswer>(.post, "/api/cancel", success: 204)
  public static let typeTail = TillOperation<TypedTail, NoAnswer>(
    .post, "/api/student/tail", success: 204, mostBytes: 256)
  public static let declineTail = TillOperation<NoBody, NoAnswer>(
    .post, "/api/student/decline", success: 204)

  // Camera
  public static let camera = TillOperation<NoBody, CameraStatus>(.get, "/api/camera")
  public static let openCamera = TillOperation<CameraOpening, CameraStatus>(
    .post, "/api/camera/open", mostBytes: 256)
  public static let showPreview = TillOperation<PreviewWish, CameraStatus>(
    .post, "/api/camera/preview", mostBytes: 256)
  public static let closeCamera = TillOperation<NoBody, CameraStatus>(.post, "/api/camera/close")
  public static let wakeCamera = TillOperation<NoBody, CameraStatus>(.post, "/api/camera/wake")
  public static let keyingBegan = TillOperation<NoBody, NoAnswer>(.post, "/api/keying", success: 204)
  public static let preview = TillOperation<NoBody, PictureStream>(.get, "/api/preview.mjpeg")

  // Where the till stands
  public static let status = TillOperation<NoBody, TillStatus>(.get, "/api/status")
  public static let library = TillOperation<NoBody, LibraryStatus>(.get, "/api/library")
  public static let syncLibrary = TillOperation<NoBody, LibraryStatus>(.post, "/api/library/sync")
  public static let doctor = TillOperation<NoBody, [Check]>(.get, "/api/doctor")

  // Orders; `limit`, 1 to 10,000, says how many
  public static let orders = TillOperation<NoBody, [BookedOrder]>(.get, "/api/orders")
  public static let explanation = TillOperation<NoBody, Explanation>(
    .get, "/api/orders/{number}/explanation")
  public static let void = TillOperation<StaffReason, NoAnswer>(
    .post, "/api/orders/{number}/void", success: 204)
  public static let refund = TillOperation<RefundRequest, Refund>(.post, "/api/orders/{number}/refund")
  public static let receipt = TillOperation<StaffCredentials, ReceiptText>(
    .post, "/api/orders/{number}/receipt")

  // Staff
  public static let override = TillOperation<StaffReason, NoAnswer>(.post, "/api/override", success: 204)
  public static let allowRepeat = TillOperation<StaffReason, NoAnswer>(
    .post, "/api/allow-repeat", success: 204)
  public static let openShift = TillOperation<StaffCredentials, Shift>(.post, "/api/shift/open")
  public static let closeShift = TillOperation<StaffCredentials, ShiftReport>(.post, "/api/shift/close")
  /// With `number` an earlier shift, without it the open one.
  public static let shift = TillOperation<NoBody, ShiftReport>(.get, "/api/shift")
  /// `limit`, 1 to 10,000, says how many.
  public static let audit = TillOperation<NoBody, [AuditLine]>(.get, "/api/audit")

  // Ledger
  public static let verifyLedger = TillOperation<NoBody, LedgerLength>(.post, "/api/ledger/verify")
  public static let rebuildLedger = TillOperation<NoBody, LedgerLength>(.post, "/api/ledger/rebuild")
  /// With `only_box=1` also a forked ledger.
  public static let recoverLedger = TillOperation<NoBody, RecoveredLedger>(.post, "/api/ledger/recover")
  /// With `all=1` every entry, else what the gateway lacks.
  public static let exportLedger = TillOperation<NoBody, LedgerExportFile>(.get, "/api/ledger/export")
  public static let importLedger = TillOperation<LedgerExportFile, CarriedLedger>(
    .post, "/api/ledger/import")
}
