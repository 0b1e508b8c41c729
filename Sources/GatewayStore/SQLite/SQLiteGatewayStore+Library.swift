import CanteenCore
import GRDB
import GatewayProtocol

/// The library that tills are given, and who looks like whom in it.
extension SQLiteGatewayStore {
  package func libraryVersion() async throws -> Int64 {
    try await database.read { db in try Self.lastCursor(of: .library, in: db) }
  }

  package func changes(after version: Int64, atMost count: Int) async throws
    -> [(version: Int64, user: EnrolledUser)]
  {
    try await database.read { db in try Self.changes(after: version, atMost: count, in: db) }
  }

  package func libraryPart(after version: Int64, atMost count: Int) async throws -> LibraryPart {
    try await database.read { db in
      let changes = try Self.changes(after: version, atMost: count, in: db)
      let changed = Set(changes.map(\.user.user.outUserID))
      var lookAlikes: [OutUserID: [OutUserID]] = [:]
      for pair in try Self.lookAlikes(in: db).keys {
        if changed.contains(pair.first) { lookAlikes[pair.first, default: []].append(pair.second) }
        if changed.contains(pair.second) { lookAlikes[pair.second, default: []].append(pair.first) }
      }
      return LibraryPart(
        changes: changes, lookAlikes: lookAlikes.mapValues { $0.sorted { $0.text < $1.text } },
        scoreModel: try Self.scoreModel(in: db) ?? .assumed)
    }
  }

  package func published() async throws -> PublishedLookAlikes {
    try await database.read { db in
      let newest = try String.fetchOne(
        db.cachedStatement(sql: "SELECT out_user_id FROM face_user ORDER BY library_version DESC LIMIT 1"))
      return PublishedLookAlikes(
        pairs: try Self.lookAlikes(in: db), model: try Self.scoreModel(in: db),
        newest: try newest.map { try OutUserID($0) },
        libraryVersion: try Self.lastCursor(of: .library, in: db))
    }
  }

  package func publish(_ publication: LookAlikePublication, ifLibraryIs version: Int64) async throws -> Bool {
    try await database.write { db in
      guard try Self.lastCursor(of: .library, in: db) == version else { return false }
      if try Self.lookAlikes(in: db) != publication.pairs {
        try db.execute(sql: "DELETE FROM look_alike")
        for (pair, score) in publication.pairs {
          try db.cachedStatement(sql: "INSERT INTO look_alike (first, second, score) VALUES (?, ?, ?)")
            .execute(arguments: [pair.first.text, pair.second.text, Double(score)])
        }
      }
      try db.cachedStatement(sql: "INSERT OR REPLACE INTO score_model (id, model, people) VALUES (1, ?, ?)")
        .execute(arguments: [try CanonicalJSON.text(publication.model), publication.people])
      for id in publication.sentAgain { try Self.sendAgain(id.text, in: db) }
      return true
    }
  }

  package func confirmedPairs() async throws -> Set<PersonPair> {
    try await database.read { db in
      try Set(
        Row.fetchAll(db.cachedStatement(sql: "SELECT first, second FROM confirmed_pair"))
          .map { PersonPair(try OutUserID($0["first"]), try OutUserID($0["second"])) })
    }
  }

  private static func changes(after version: Int64, atMost count: Int, in db: Database) throws
    -> [(version: Int64, user: EnrolledUser)]
  {
    try Row.fetchAll(
      db.cachedStatement(
        sql: "SELECT * FROM face_user WHERE library_version > ? ORDER BY library_version LIMIT ?"),
      arguments: [version, count]
    ).map { ($0["library_version"], try EnrolledUser(row: $0)) }
  }

  private static func lookAlikes(in db: Database) throws -> [PersonPair: Float] {
    try Row.fetchAll(db.cachedStatement(sql: "SELECT first, second, score FROM look_alike"))
      .reduce(into: [:]) { pairs, row in
        let pair = PersonPair(try OutUserID(row["first"]), try OutUserID(row["second"]))
        pairs[pair] = Float(row["score"] as Double)
      }
  }

  private static func scoreModel(in db: Database) throws -> ScoreModel? {
    try String.fetchOne(db.cachedStatement(sql: "SELECT model FROM score_model")).map {
      try CanonicalJSON.decode(ScoreModel.self, from: $0)
    }
  }
}
