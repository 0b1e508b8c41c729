private import CFaultyDisk
public import Foundation

/// A folder whose SQLite files lie on a disk that fails when a test says so.
///
/// It stands between SQLite and the system's files, so the code under test opens its database as always. Only
/// databases opened in the folder after this value was made are on the disk, and only while it lives. An
/// *operation* is one write, sync, truncation or deletion of a database, write-ahead log or journal; the same
/// work on the same files takes the same operations. Each folder fails by itself.
///
/// What is known to survive a power cut is kept in memory, and the real disk is never asked to sync.
public final class FaultyDisk: Sendable {
  /// What SQLite asks of a disk.
  public enum Request: Sendable, CaseIterable {
    case read, write, sync
  }

  private let number: Int64

  /// - Parameter folder: must exist; no disk may lie in another's folder.
  public init(folder: URL) throws(FaultyDiskError) {
    var number: Int64 = 0
    guard unsafe canteen_faulty_disk_insert(folder.path, &number) == 0 else {
      throw .noSuchFolder(folder.path)
    }
    self.number = number
  }

  deinit {
    canteen_faulty_disk_remove(number)
  }

  /// Operations so far, failed ones too; none are counted without power.
  public var operations: Int { Int(canteen_faulty_disk_operations(number)) }

  /// Plans the power cut: so many more operations succeed, then the next one and everything after it fails with
  /// SQLITE_IOERR until ``restorePower()``.
  ///
  /// Whatever a file was told since its last successful sync is lost: writes, truncations, its creation or deletion.
  ///
  /// - Parameter seed: without one, all of that is lost. With one, the seed chooses what survives, in any order, as
  ///   on a disk that reorders its writes; a write that does not survive whole may leave its first 512-byte sectors,
  ///   and so does the one that the cut tore.
  public func cutPower(afterOperations operations: Int, seed: UInt64? = nil) {
    precondition(operations >= 0)
    canteen_faulty_disk_cut_power(number, Int64(operations), seed != nil, seed ?? 0)
  }

  /// Cuts the power at this moment, between two operations.
  public func cutPower(seed: UInt64? = nil) {
    canteen_faulty_disk_cut_power(number, -1, seed != nil, seed ?? 0)
  }

  /// Waits until every file is closed, then lets the files hold what survived, and be opened again.
  ///
  /// Cuts and failures that were planned and have not come are taken back; without a cut nothing is lost.
  public func restorePower() throws(FaultyDiskError) {
    switch canteen_faulty_disk_restore_power(number, 10) {
    case 0: return
    case -EBUSY: throw .stillOpen
    case let status: throw .notRestored(errno: -status)
    }
  }

  /// While true, a write that would make a file longer fails with SQLITE_FULL.
  public var isFull: Bool {
    get { canteen_faulty_disk_is_full(number) }
    set { canteen_faulty_disk_set_full(number, newValue) }
  }

  /// While true, files open for reading only as they do on a disk mounted so, none is created, and writes fail with
  /// SQLITE_READONLY.
  public var isReadOnly: Bool {
    get { canteen_faulty_disk_is_read_only(number) }
    set { canteen_faulty_disk_set_read_only(number, newValue) }
  }

  /// Lets one request fail with SQLITE_IOERR once `count` more of its kind succeeded.
  ///
  /// What a failed sync was to keep is forgotten as Linux forgets it: a later sync succeeds without it.
  public func failOnce(_ request: Request, after count: Int = 0) {
    precondition(count >= 0)
    let kind =
      switch request {
      case .read: CANTEEN_DISK_READ
      case .write: CANTEEN_DISK_WRITE
      case .sync: CANTEEN_DISK_SYNC
      }
    canteen_faulty_disk_fail_once(number, kind, Int64(count))
  }
}

/// Why a test cannot have its disk.
public enum FaultyDiskError: Error, Equatable {
  case noSuchFolder(String)
  /// A database of the folder is still open seconds after the power was to be restored.
  case stillOpen
  case notRestored(errno: Int32)
}
