import Foundation

/// Bills that wait to be downloaded. Their addresses work for five minutes (*assumed*).
struct BillShelf: Sendable {
  static let lifetime: TimeInterval = 300

  private var bills: [String: (content: Data, expiry: Date)] = [:]

  /// - Returns: the token that names the bill.
  mutating func put(_ content: Data, at now: Date) -> String {
    bills = bills.filter { $0.value.expiry > now }
    let token = String.random(43, of: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")
    bills[token] = (content, now.addingTimeInterval(Self.lifetime))
    return token
  }

  /// - Returns: nil when the token names nothing, or nothing any more.
  func bill(_ token: String, at now: Date) -> Data? {
    bills[token].flatMap { $0.expiry > now ? $0.content : nil }
  }
}
