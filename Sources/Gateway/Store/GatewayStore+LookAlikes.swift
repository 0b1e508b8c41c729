import CanteenCore
import GatewayProtocol
import GRDB

/// Two people in the order of their numbers.
struct PersonPair: Sendable, Hashable {
  let first: OutUserID
  let second: OutUserID

  init(_ one: OutUserID, _ other: OutUserID) {
    (first, second) = one.text < other.text ? (one, other) : (other, one)
  }

  func other(than id: OutUserID) -> OutUserID { id == first ? second : first }
}

/// One part of the library as it stood at one moment.
struct LibraryPart: Sendable {
  /// Oldest change first.
  let changes: [(version: Int64, user: EnrolledUser)]
  let lookAlikes: [OutUserID: [OutUserID]]
  let scoreModel: ScoreModel
}

extension GatewayStore {
  /// Users changed after a version of the library, with those they look like.
  func libraryPart(after version: Int64, atMost count: Int) async throws -> LibraryPart {
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
        scoreModel: try Self.scoreModel(in: db)?.model ?? .assumed)
    }
  }

  /// Users changed after a version of the library, oldest change first, each with its version.
  func changes(after version: Int64, atMost count: Int) async throws -> [(version: Int64, user: EnrolledUser)]
  {
    try await database.read { db in try Self.changes(after: version, atMost: count, in: db) }
  }

  /// Pairs that look alike, with their scores.
  func lookAlikes() async throws -> [PersonPair: Float] {
    try await database.read { db in try Self.lookAlikes(in: db) }
  }

  /// Pairs that staff vouched for as two people.
  func confirmedPairs() async throws -> Set<PersonPair> {
    try await database.read { db in
      try Set(
        Row.fetchAll(db.cachedStatement(sql: "SELECT first, second FROM confirmed_pair"))
          .map { PersonPair(try OutUserID($0["first"]), try OutUserID($0["second"])) })
    }
  }

  /// The published model, and how many people were compared for it; nil before the first comparison.
  func scoreModel() async throws -> (model: ScoreModel, people: Int)? {
    try await database.read { db in try Self.scoreModel(in: db) }
  }

  /// Replaces look-alikes and score model. Everyone whose look-alikes changed gets a new version; tills take a new
  /// score model only with a change, so when there is none the newest one is sent again.
  ///
  /// - Returns: how many people got a new version.
  @discardableResult
  func publish(_ pairs: [PersonPair: Float], model: ScoreModel, people: Int) async throws -> Int {
    try await database.write { db in
      let before = try Self.lookAlikes(in: db)
      var affected: Set<OutUserID> = []
      for pair in Set(before.keys).symmetricDifference(pairs.keys) {
        affected.formUnion([pair.first, pair.second])
      }
      if before != pairs {
        try db.execute(sql: "DELETE FROM look_alike")
        for (pair, score) in pairs {
          try db.cachedStatement(sql: "INSERT INTO look_alike (first, second, score) VALUES (?, ?, ?)")
            .execute(arguments: [pair.first.text, pair.second.text, Double(score)])
        }
      }
      let modelBefore = try Self.scoreModel(in: db)?.model
      try db.cachedStatement(sql: "INSERT OR REPLACE INTO score_model (id, model, people) VALUES (1, ?, ?)")
        .execute(arguments: [try CanonicalJSON.text(model), people])
      if affected.isEmpty, (modelBefore ?? .assumed) != model {
        let newest = try String.fetchOne(
          db, sql: "SELECT out_user_id FROM face_user ORDER BY library_version DESC LIMIT 1")
        if let newest { affected = [try OutUserID(newest)] }
      }
      for id in affected.sorted(by: { $0.text < $1.text }) {
        try Self.sendAgain(id.text, in: db)
      }
      return affected.count
    }
  }

  /// Gives a person the next version of the library, so that every till gets them anew.
  static func sendAgain(_ id: String, in db: Database) throws {
    try db.cachedStatement(
      sql: """
        UPDATE face_user SET library_version = (SELECT max(library_version) + 1 FROM face_user)
        WHERE out_user_id = ?
        """
    ).execute(arguments: [id])
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

  private static func scoreModel(in db: Database) throws -> (model: ScoreModel, people: Int)? {
    try Row.fetchOne(db.cachedStatement(sql: "SELECT model, people FROM score_model")).map {
      (try CanonicalJSON.decode(ScoreModel.self, from: $0["model"]), $0["people"])
    }
  }
}
