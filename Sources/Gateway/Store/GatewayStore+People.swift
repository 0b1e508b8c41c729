package import CanteenCore
import Foundation
import GatewayProtocol
import GRDB

/// A face user as the gateway keeps them. Photographs are not kept.
struct EnrolledUser: Sendable, Equatable {
  let user: RecognisedUser
  /// The guardian's contract is signed and the user is not blocked.
  let mayPay: Bool
  /// nil once the user is gone.
  let shots: SealedShots?
  /// Phone and contract account; nil when the school gave none.
  var sealedGuardian: Data?
}

extension GatewayStore {
  /// Adds or replaces a user. Every change gets the next version of the library.
  ///
  /// - Parameter confirmed: people who look alike and are vouched for as others.
  func save(_ user: EnrolledUser, confirmedAgainst confirmed: [OutUserID] = [], at now: Timestamp)
    async throws
  {
    try await database.write { db in
      try db.cachedStatement(
        sql: """
          INSERT INTO face_user
            (out_user_id, display_name, user_id, may_pay, enrolled_at, templates, template_origin, guardian,
             user_group, library_version)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, (SELECT coalesce(max(library_version), 0) + 1 FROM face_user))
          ON CONFLICT (out_user_id) DO UPDATE SET
            display_name = excluded.display_name, user_id = excluded.user_id, may_pay = excluded.may_pay,
            enrolled_at = excluded.enrolled_at, templates = excluded.templates,
            template_origin = excluded.template_origin, guardian = excluded.guardian,
            user_group = excluded.user_group, library_version = excluded.library_version
          """
      ).execute(arguments: [
        user.user.outUserID.text, user.user.displayName, user.user.platformUserID, user.mayPay,
        now.millisecondsSince1970, user.shots?.bytes,
        try user.shots?.origin.map { try CanonicalJSON.text($0) },
        user.sealedGuardian, user.user.group?.text,
      ])
      for other in confirmed {
        let pair = PersonPair(user.user.outUserID, other)
        try db.cachedStatement(sql: "INSERT OR IGNORE INTO confirmed_pair (first, second) VALUES (?, ?)")
          .execute(arguments: [pair.first.text, pair.second.text])
      }
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
            templates = NULL, template_origin = NULL, guardian = NULL, user_group = NULL, bar = NULL,
            library_version = (SELECT max(library_version) + 1 FROM face_user)
          WHERE out_user_id = ? AND templates IS NOT NULL
          """
      ).execute(arguments: [id.text])
      guard db.changesCount == 1 else { return false }
      // Whoever looked like the user is sent again without them.
      let others = try String.fetchAll(
        db.cachedStatement(
          sql: "SELECT iif(first = ?1, second, first) FROM look_alike WHERE first = ?1 OR second = ?1"),
        arguments: [id.text])
      for other in others { try Self.sendAgain(other, in: db) }
      for table in ["look_alike", "confirmed_pair"] {
        try db.cachedStatement(sql: "DELETE FROM \(table) WHERE first = ? OR second = ?")
          .execute(arguments: [id.text, id.text])
      }
      return true
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
        try TerminalEventWriter.write(
          .userStanding(UserStanding(user: user, bar: bar)), for: TerminalID(terminal), in: db)
      }
      return true
    }
  }

  /// Everybody whose guardian's contract was missing or had ended when the platform last spoke of it.
  func peopleWithoutContract() async throws -> [OutUserID] {
    try await database.read { db in
      try String.fetchAll(
        db.cachedStatement(
          sql: """
            SELECT out_user_id FROM face_user
            WHERE templates IS NOT NULL AND (may_pay = 0 OR bar = ?) ORDER BY out_user_id
            """), arguments: [UserBar.contractEnded.rawValue]
      ).map { try OutUserID($0) }
    }
  }

  /// The contract is signed: tills get the face with the next version of the library.
  ///
  /// - Returns: false when the user was admitted before, or is gone.
  func admit(_ id: OutUserID, as platformUserID: String) async throws -> Bool {
    try await database.write { db in
      try db.cachedStatement(
        sql: """
          UPDATE face_user SET may_pay = 1, user_id = ?
          WHERE out_user_id = ? AND may_pay = 0 AND templates IS NOT NULL
          """
      ).execute(arguments: [platformUserID, id.text])
      guard db.changesCount == 1 else { return false }
      try Self.sendAgain(id.text, in: db)
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

  /// nil when there is no such user, or no longer.
  func person(_ id: OutUserID) async throws -> EnrolledUser? {
    try await database.read { db in
      try Row.fetchOne(
        db.cachedStatement(sql: "SELECT * FROM face_user WHERE out_user_id = ? AND templates IS NOT NULL"),
        arguments: [id.text]
      ).map(EnrolledUser.init)
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
  init(row: Row) throws {
    let origin = try (row["template_origin"] as String?).map {
      try CanonicalJSON.decode(EmbeddingOrigin.self, from: $0)
    }
    self.init(
      user: RecognisedUser(
        outUserID: try OutUserID(row["out_user_id"]), platformUserID: row["user_id"],
        displayName: row["display_name"], group: try (row["user_group"] as String?).map { try UserGroup($0) }),
      mayPay: row["may_pay"],
      shots: (row["templates"] as Data?).map { SealedShots(origin: origin, bytes: $0) },
      sealedGuardian: row["guardian"])
  }
}
