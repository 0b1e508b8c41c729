package import CanteenCore
import Foundation
import GRDB
import GatewayProtocol

/// A face user as the gateway keeps them. Photographs are not kept.
struct EnrolledUser: Sendable, Equatable {
  let user: RecognisedUser
  /// The guardian's contract is signed and the user is not blocked.
  let mayPay: Bool
  /// Sealed; nil once the user is gone.
  let sealedTemplates: Data?
}

extension GatewayStore {
  /// Adds or replaces a user. Every change gets the next version of the library.
  func save(_ user: EnrolledUser, at now: Timestamp) async throws {
    try await database.write { db in
      try db.cachedStatement(
        sql: """
          INSERT INTO face_user
            (out_user_id, display_name, user_id, may_pay, enrolled_at, templates, user_group, library_version)
          VALUES (?, ?, ?, ?, ?, ?, ?, (SELECT coalesce(max(library_version), 0) + 1 FROM face_user))
          ON CONFLICT (out_user_id) DO UPDATE SET
            display_name = excluded.display_name, user_id = excluded.user_id, may_pay = excluded.may_pay,
            enrolled_at = excluded.enrolled_at, templates = excluded.templates,
            user_group = excluded.user_group, library_version = excluded.library_version
          """
      ).execute(arguments: [
        user.user.outUserID.text, user.user.displayName, user.user.platformUserID, user.mayPay,
        now.millisecondsSince1970, user.sealedTemplates, user.user.group?.text,
      ])
    }
  }

  /// Forgets a user but for the number, which the tills need to hear of (I6).
  ///
  /// - Returns: false when there is no such user.
  func forget(_ id: OutUserID) async throws -> Bool {
    try await database.write { db in
      try db.cachedStatement(
        sql: """
          UPDATE face_user SET display_name = '', user_id = '', may_pay = 0, enrolled_at = NULL,
            templates = NULL, user_group = NULL, bar = NULL, library_version = (SELECT max(library_version) + 1 FROM face_user)
          WHERE out_user_id = ? AND templates IS NOT NULL
          """
      ).execute(arguments: [id.text])
      return db.changesCount == 1
    }
  }

  /// Bars a user from paying by face, or lets them again; every till hears of it at once.
  ///
  /// - Returns: false when nothing changed.
  @discardableResult
  package func set(_ bar: UserBar?, of user: OutUserID) async throws -> Bool {
    try await database.write { db in
      try db.cachedStatement(sql: "UPDATE face_user SET bar = ? WHERE out_user_id = ? AND bar IS NOT ?")
        .execute(arguments: [bar?.rawValue, user.text, bar?.rawValue])
      guard db.changesCount == 1 else { return false }
      for terminal in try String.fetchAll(db.cachedStatement(sql: "SELECT terminal_id FROM terminal")) {
        try NewsDesk.write(
          .userStanding(UserStanding(user: user, bar: bar)), for: TerminalID(terminal), in: db)
      }
      return true
    }
  }

  func bar(of user: OutUserID) async throws -> UserBar? {
    try await database.read { db in
      try String.fetchOne(
        db.cachedStatement(sql: "SELECT bar FROM face_user WHERE out_user_id = ?"), arguments: [user.text]
      )
      .flatMap(UserBar.init)
    }
  }

  /// Whether any order of the user waits for money that was not there.
  func hasDelayedOrders(_ user: OutUserID) async throws -> Bool {
    try await database.read { db in
      try Bool.fetchOne(
        db.cachedStatement(
          sql: "SELECT EXISTS (SELECT 1 FROM customer_order WHERE out_user_id = ? AND state = 'delayed')"),
        arguments: [user.text]) ?? false
    }
  }

  func people() async throws -> [EnrolledUser] {
    try await database.read { db in
      try Row.fetchAll(
        db.cachedStatement(sql: "SELECT * FROM face_user WHERE templates IS NOT NULL ORDER BY out_user_id")
      ).map(EnrolledUser.init)
    }
  }

  /// Users changed after a version of the library, oldest change first, each with its version.
  func changes(after version: Int64, atMost count: Int) async throws -> [(version: Int64, user: EnrolledUser)]
  {
    try await database.read { db in
      try Row.fetchAll(
        db.cachedStatement(
          sql: "SELECT * FROM face_user WHERE library_version > ? ORDER BY library_version LIMIT ?"),
        arguments: [version, count]
      ).map { ($0["library_version"], try EnrolledUser(row: $0)) }
    }
  }

  func libraryVersion() async throws -> Int64 {
    try await database.read { db in
      try Int64.fetchOne(db.cachedStatement(sql: "SELECT coalesce(max(library_version), 0) FROM face_user"))
        ?? 0
    }
  }
}

extension EnrolledUser {
  fileprivate init(row: Row) throws {
    self.init(
      user: RecognisedUser(
        outUserID: try OutUserID(row["out_user_id"]), platformUserID: row["user_id"],
        displayName: row["display_name"], group: try (row["user_group"] as String?).map { try UserGroup($0) }),
      mayPay: row["may_pay"], sealedTemplates: row["templates"])
  }
}
