import CanteenCore
import Synchronization

/// Which keys a text gives, and which of them a type reads while it is decoded. A key that is given and never
/// read is misspelt.
final class KeysRead: Sendable {
  private struct Keys {
    var given: Set<String> = []
    var read: Set<String> = []

    var unread: Set<String> { given.subtracting(read) }
  }

  /// The keys of each object, by the path to it.
  private let objects = Mutex<[[String]: Keys]>([:])

  func found(_ keys: some Sequence<String>, at path: [String]) {
    objects.withLock { $0[path, default: Keys()].given.formUnion(keys) }
  }

  func read(_ key: String, at path: [String]) {
    objects.withLock { _ = $0[path, default: Keys()].read.insert(key) }
  }

  func wasRead(_ key: String, at path: [String]) -> Bool {
    objects.withLock { $0[path]?.read.contains(key) ?? false }
  }

  /// The first key, in the order of paths, that nothing read.
  var unknown: UnknownKey? {
    objects.withLock { objects in
      let wrong = objects.filter { !$0.value.unread.isEmpty }
      guard let (path, keys) = wrong.min(by: { $0.key.lexicographicallyPrecedes($1.key) }),
        let key = keys.unread.min()
      else { return nil }
      return UnknownKey(path: path, key: key, nearest: nearestName(to: key, among: keys.read))
    }
  }

  /// The key that was given instead of `missing`, when one is nearly the same.
  func misspelling(of missing: String, at path: [String]) -> UnknownKey? {
    objects.withLock { objects in
      guard let keys = objects[path],
        let key = nearestName(to: missing, among: keys.unread, within: max(1, missing.utf8.count / 2))
      else { return nil }
      return UnknownKey(path: path, key: key, nearest: missing)
    }
  }
}

/// A key that means nothing where it stands.
public struct UnknownKey: Error, Equatable, CustomStringConvertible {
  /// Keys and, in lists, numbers that lead to the object.
  public let path: [String]
  public let key: String
  /// The known key that is most like it.
  public let nearest: String?

  public var description: String { described("is not known") }

  /// - Parameter verdict: what is said of the key.
  public func described(_ verdict: String) -> String {
    "\"\(place(key))\" \(verdict)" + (nearest.map { "; did you mean \"\(place($0))\"?" } ?? "")
  }

  private func place(_ key: String) -> String { (path + [key]).joined(separator: ".") }
}
