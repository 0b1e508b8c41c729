package import CanteenCore
import Foundation
import GRDB
import GatewayProtocol

extension SQLiteGatewayStore {
  package func save(
    _ user: EnrolledUser, insteadOf before: EnrolledUser?, confirmedAgainst confirmed: [OutUserID],
    at now: Timestamp
  ) async throws -> Bool {
    try await database.write { db in
      guard try Self.person(user.user.outUserID, in: db) == before else { return false }
      let version = try Self.takeCursors(1, of: .library, in: db)
      try db.cachedStatement(
        sql: """
          INSERT INTO face_user
            (out_user_id, display_name, user_id, platform, may_pay, enrolled_at, templates, template_origin,
             guardian, user_group, library_version)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
          ON CONFLICT (out_user_id) DO UPDATE SET
            display_name = excluded.display_name, user_id = excluded.user_id, platform = excluded.platform,
            may_pay = excluded.may_pay, enrolled_at = excluded.enrolled_at, templates = excluded.templates,
            template_origin = excluded.template_origin, guardian = excluded.guardian,
            user_group = excluded.user_group, library_version = excluded.library_version
          """
      ).execute(arguments: [
        user.user.outUserID.text, user.user.displayName, user.user.platformUserID, user.user.platform.text,
        user.mayPay, now.millisecondsSince1970, user.shots?.bytes,
        try user.shots?.origin.map { try CanonicalJSON.text($0) },
        user.sealedGuardian, user.user.group?.text, version,
      ])
      for other in confirmed {
        let pair = PersonPair(user.user.outUserID, other)
        try db.cachedStatement(sql: "INSERT OR IGNORE INTO confirmed_pair (first, second) VALUES (?, ?)")
          .execute(arguments: [pair.first.text, pair.second.text])
      }
      return true
    }
  }

  package func forget(_ id: OutUserID) async throws -> Bool {
    try await database.write { db in
      try db.cachedStatement(
        sql: """
          UPDATE face_user SET display_name = '', user_id = '', may_pay = 0, enrolled_at = NULL,
            templates = NULL, template_origin = NULL, guardian = NULL, user_group = NULL, bars = ''
          WHERE out_user_id = ? AND templates IS NOT NULL
          """
      ).execute(arguments: [id.text])
      guard db.changesCount == 1 else { return false }
      try Self.sendAgain(id.text, in: db)
      let others = try String.fetchAll(
        db.cachedStatement(
          sql: "SELECT iif(first = ?1, second, first) FROM look_alike WHERE first = ?1 OR second = ?1"),
        arguments: [id.text])
      for other in others.sorted() { try Self.sendAgain(other, in: db) }
      for table in ["look_alike", "confirmed_pair"] {
        try db.cachedStatement(sql: "DELETE FROM \(table) WHERE first = ? OR second = ?")
          .execute(arguments: [id.text, id.text])
      }
      return true
    }
  }

  package func bars(of user: OutUserID) async throws -> UserBars? {
    try await database.read { db in
      try String.fetchOne(
        db.cachedStatement(
          sql: "SELECT bars FROM face_user WHERE out_user_id = ? AND templates IS NOT NULL"),
        arguments: [user.text]
      ).map(UserBars.init(stored:))
    }
  }

  package func replace(
    _ before: UserBars, by after: UserBars, of user: OutUserID, telling events: [AddressedEvent]
  ) async throws -> Bool {
    try await database.write { db in
      try db.cachedStatement(
        sql: "UPDATE face_user SET bars = ? WHERE out_user_id = ? AND bars = ? AND templates IS NOT NULL"
      ).execute(arguments: [after.stored, user.text, before.stored])
      guard db.changesCount == 1 else { return false }
      try Self.write(events, in: db)
      return true
    }
  }

  package func barredPeople() async throws -> [OutUserID: UserBars] {
    try await database.read { db in
      try Row.fetchAll(db.cachedStatement(sql: "SELECT out_user_id, bars FROM face_user WHERE bars <> ''"))
        .reduce(into: [:]) { people, row in
          people[try OutUserID(row["out_user_id"])] = try UserBars(stored: row["bars"])
        }
    }
  }

  package func standingQuestions() async throws -> [StandingQuestion] {
    try await database.read { db in
      try Row.fetchAll(
        db.cachedStatement(
          sql: """
            SELECT out_user_id, platform, may_pay, bars FROM face_user
            WHERE templates IS NOT NULL ORDER BY out_user_id
            """)
      ).map { row in
        let bars = try UserBars(stored: row["bars"])
        return StandingQuestion(
          user: try OutUserID(row["out_user_id"]), platform: try PlatformID(row["platform"]),
          isUrgent: !row["may_pay"] || !bars.sources.isDisjoint(with: [.contract, .platform]))
      }
    }
  }

  package func admit(_ id: OutUserID, as platformUserID: String) async throws -> Bool {
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

  package func people() async throws -> [EnrolledUser] {
    try await database.read { db in
      try Row.fetchAll(
        db.cachedStatement(sql: "SELECT * FROM face_user WHERE templates IS NOT NULL ORDER BY out_user_id")
      ).map(EnrolledUser.init)
    }
  }

  package func person(_ id: OutUserID) async throws -> EnrolledUser? {
    try await database.read { db in try Self.person(id, in: db) }
  }

  private static func person(_ id: OutUserID, in db: Database) throws -> EnrolledUser? {
    try Row.fetchOne(
      db.cachedStatement(sql: "SELECT * FROM face_user WHERE out_user_id = ? AND templates IS NOT NULL"),
      arguments: [id.text]
    ).map(EnrolledUser.init)
  }

  /// Gives a person the next version of the library.
  static func sendAgain(_ id: String, in db: Database) throws {
    try db.cachedStatement(sql: "UPDATE face_user SET library_version = ? WHERE out_user_id = ?")
      .execute(arguments: [try takeCursors(1, of: .library, in: db), id])
  }
}

extension UserBars {
  /// Names with commas, in their order.
  var stored: String { sources.map(\.rawValue).sorted().joined(separator: ",") }

  init(stored text: String) throws {
    let sources = try text.split(separator: ",").map { name in
      guard let source = BarSource(rawValue: String(name)) else {
        throw StoreDamaged(what: "bars are \"\(text.prefix(80))\"")
      }
      return source
    }
    self.init(Set(sources))
  }
}

extension EnrolledUser {
  init(row: Row) throws {
    let origin = try (row["template_origin"] as String?).map {
      try CanonicalJSON.decode(EmbeddingOrigin.self, from: $0)
    }
    self.init(
      user: RecognisedUser(
        outUserID: try OutUserID(row["out_user_id"]), platform: try PlatformID(row["platform"]),
        platformUserID: row["user_id"], displayName: row["display_name"],
        group: try (row["user_group"] as String?).map { try UserGroup($0) }),
      mayPay: row["may_pay"],
      shots: (row["templates"] as Data?).map { SealedShots(origin: origin, bytes: $0) },
      sealedGuardian: row["guardian"])
  }
}
