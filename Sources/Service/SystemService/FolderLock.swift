public import Foundation

/// Keeps a second program out of a folder that only one may write to, for as long as this value lives.
///
/// The kernel lets go of the lock when the program ends, however it ends.
public final class FolderLock: Sendable {
  private let descriptor: Int32

  public init(folder: URL) throws(FolderLockError) {
    let file = folder.appending(path: "lock")
    descriptor = open(file.path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .cannotOpen(file.path) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw .inUse(folder.path)
    }
  }

  deinit {
    close(descriptor)
  }
}

public enum FolderLockError: Error, Equatable, CustomStringConvertible {
  case cannotOpen(String)
  case inUse(String)

  public var description: String {
    switch self {
    case .cannotOpen(let file): "The lock \(file) cannot be opened; check the folder and its permissions."
    case .inUse(let folder): "Another program uses the folder \(folder); stop it or choose another folder."
    }
  }
}
