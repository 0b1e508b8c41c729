import CanteenCore
import CanteenTestSupport
import Crypto
import FeatureLibrary
import Foundation
import GatewayProtocol
import Testing

struct FeatureLibraryTests {
  private let folder: TemporaryFolder
  private let key = SymmetricKey(size: .bits256)
  private let school: OrganizationID
  private let origin = EmbeddingOrigin(modelSHA256: "abc", engine: "opencv-4.6", aligner: 1)

  init() throws {
    folder = try TemporaryFolder()
    school = try OrganizationID("O1000")
  }

  private func open(
    origin other: EmbeddingOrigin? = nil, narrowedTo groups: Set<UserGroup>? = nil
  ) throws -> FeatureLibrary {
    try FeatureLibrary(
      path: folder.path("library.sqlite"), organization: school, origin: other ?? origin, key: key,
      narrowedTo: groups)
  }

  private func face(_ seed: Int) throws -> Embedding {
    try Embedding(scaling: (0..<128).map { Float(($0 * (seed * 37 + 11) + seed * seed) % 101) - 50 })
  }

  private func person(_ id: String) throws -> LibraryPerson {
    LibraryPerson(
      user: RecognisedUser(outUserID: try OutUserID(id), platformUserID: "P", displayName: "甲"))
  }

  private func batch(_ changes: [LibraryChange], after: Int64, upTo: Int64) -> LibraryBatch {
    LibraryBatch(
      organization: school, origin: origin, after: after, upTo: upTo, more: false, changes: changes)
  }

  private func part(
    _ changes: [LibraryChange], _ after: Int64, _ upTo: Int64, more: Bool = false, of epoch: StoreEpoch
  ) -> LibraryBatch {
    LibraryBatch(
      organization: school, origin: origin, after: after, upTo: upTo, more: more, changes: changes,
      epoch: epoch)
  }

  private func upsert(_ id: String, _ faces: Embedding...) throws -> LibraryChange {
    .upsert(try person(id), templates: faces.map(\.littleEndianBytes))
  }

  @Test func `The best person and the best other person are found, not two templates of one`() throws {
    let library = try open()
    let near = try Embedding(scaling: zip(try face(1).values, try face(9).values).map { $0 + $1 * 0.1 })
    try library.apply(
      batch(
        [try upsert("s00002", face(2)), try upsert("s00001", face(1), near), try upsert("s00003", face(3))],
        after: 0, upTo: 3))
    let match = library.match(try face(1))
    #expect(match.best?.person.user.outUserID.text == "s00001")
    #expect(abs((match.best?.cosine ?? 0) - 1) < 1e-5)
    let others = [try face(2), try face(3)].map { try? $0.cosine(to: face(1)) }.compactMap(\.self)
    #expect(abs((match.runnerUp?.cosine ?? -2) - (others.max() ?? 2)) < 1e-5)
    #expect(match.libraryVersion == 3)
  }

  @Test func `A library of another epoch replaces the old one with its last part, also after a restart`()
    throws
  {
    let (old, new) = (StoreEpoch.random(), StoreEpoch.random())
    func people(_ library: FeatureLibrary) throws -> [Int] {
      try (1...4).filter { library.person(try OutUserID("s0000\($0)")) != nil }
    }
    var library = try open()
    try library.apply(
      part([try upsert("s00001", face(1)), try upsert("s00002", face(2))], 0, 9, of: old))
    #expect(throws: LibraryError.self) { try library.apply(part([], 9, 10, of: new)) }
    try library.apply(part([try upsert("s00003", face(3))], 0, 1, more: true, of: new))
    #expect(try people(library) == [1, 2, 3], "nobody is missed while the new one is fetched")
    library = try open()
    #expect(library.place == StorePlace(epoch: new, cursor: 1))
    #expect(throws: LibraryError.self) { try library.apply(part([], 9, 10, of: old)) }
    let last = part([try upsert("s00001", face(4))], 1, 2, of: new)
    #expect(library.lacks(last))
    try library.apply(last)
    for library in [library, try open()] {
      #expect(try people(library) == [1, 3])
      #expect(library.match(try face(2)).best?.person.user.outUserID.text != "s00002")
      #expect(!library.lacks(part([], 2, 2, of: new)))
    }
  }

  @Test func `The last part may be empty, and still whoever is not in it goes`() throws {
    let (old, new) = (StoreEpoch.random(), StoreEpoch.random())
    let library = try open()
    try library.apply(part([try upsert("s00001", face(1))], 0, 1, more: false, of: old))
    try library.apply(part([try upsert("s00002", face(2))], 0, 1, more: true, of: new))
    let last = part([], 1, 1, more: false, of: new)
    #expect(library.lacks(last))
    try library.apply(last)
    #expect(library.peopleCount == 1)
  }

  @Test func `A narrowed library searches its groups and whoever has look-alikes, and keeps everybody`()
    throws
  {
    func upsert(_ id: String, _ group: String?, alike: [String] = [], _ face: Embedding) throws
      -> LibraryChange
    {
      .upsert(
        LibraryPerson(
          user: RecognisedUser(
            outUserID: try OutUserID(id), platformUserID: "P", displayName: "甲",
            group: try group.map { try UserGroup($0) }), lookAlikes: try alike.map { try OutUserID($0) }),
        templates: [face.littleEndianBytes])
    }
    let primary: Set = [try UserGroup("primary")]
    let library = try open(narrowedTo: primary)
    try library.apply(
      batch(
        [
          try upsert("s00001", "primary", face(1)), try upsert("s00002", "middle", face(2)),
          try upsert("s00003", nil, face(3)), try upsert("s00004", "primary", alike: ["s00005"], face(4)),
          try upsert("s00005", "middle", alike: ["s00004"], face(5)),
        ], after: 0, upTo: 5))
    func found(_ library: FeatureLibrary) throws -> [Int] {
      try (1...5).filter { library.match(try face($0)).best?.person.user.outUserID.text == "s0000\($0)" }
    }
    #expect(try found(library) == [1, 4, 5])
    #expect(library.peopleCount == 3)
    #expect(library.match(try face(4)).lookAlikes.map(\.user.outUserID.text) == ["s00005"])
    #expect(try found(open(narrowedTo: primary)) == [1, 4, 5], "after a start")
    try library.apply(batch([try upsert("s00001", "middle", face(1))], after: 5, upTo: 6))
    #expect(try found(library) == [4, 5], "who changes the class goes")
    #expect(try found(open()) == [1, 2, 3, 4, 5], "nobody is lost on disk")
  }

  @Test func `An empty library matches nobody`() throws {
    let match = try open().match(try face(1))
    #expect(match.best == nil)
    #expect(match.runnerUp == nil)
  }

  @Test func `The library is there again after a restart`() throws {
    try open().apply(
      batch([try upsert("s00001", face(1)), try upsert("s00002", face(2))], after: 0, upTo: 2))
    let reopened = try open()
    #expect(reopened.version == 2)
    #expect(reopened.match(try face(2)).best?.person.user.outUserID.text == "s00002")
  }

  @Test func `When it was up to date is known after a restart, and forgotten with another model`() throws {
    let noon = Timestamp(millisecondsSince1970: 1_795_147_200_000)
    let library = try open()
    #expect(library.currentAt == nil)
    try library.isCurrent(at: noon)
    try library.isCurrent(at: noon.advanced(by: .seconds(90)))
    #expect(library.currentAt == noon.advanced(by: .seconds(90)))
    #expect(try open().currentAt == noon, "written to disk every five minutes")
    try library.isCurrent(at: noon.advanced(by: .seconds(300)))
    #expect(try open().currentAt == noon.advanced(by: .seconds(300)))
    let other = EmbeddingOrigin(modelSHA256: "other", engine: "opencv-4.6", aligner: 1)
    #expect(try open(origin: other).currentAt == nil)
  }

  @Test func `I6: a deleted user is gone from memory and from disk`() throws {
    let library = try open()
    try library.apply(
      batch([try upsert("s00001", face(1)), try upsert("s00002", face(2))], after: 0, upTo: 2))
    try library.apply(batch([.delete(try OutUserID("s00001"))], after: 2, upTo: 3))
    #expect(library.match(try face(1)).best?.person.user.outUserID.text == "s00002")
    #expect(library.peopleCount == 1)
    let reopened = try open()
    #expect(reopened.peopleCount == 1)
    #expect(reopened.match(try face(1)).runnerUp == nil)
  }

  @Test func `I4: no template is on disk in plain`() throws {
    try open().apply(batch([try upsert("s00001", face(1))], after: 0, upTo: 1))
    // Reading scales anew, which moves the last bits: these are the bytes that were stored.
    let plain = try Embedding(littleEndianBytes: face(1).littleEndianBytes).littleEndianBytes.prefix(32)
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.url.path) {
      let bytes = try Data(contentsOf: folder.url.appending(path: name))
      #expect(bytes.firstRange(of: plain) == nil, "\(name)")
    }
  }

  @Test func `A batch that does not continue ours is refused whole`() throws {
    let library = try open()
    try library.apply(batch([try upsert("s00001", face(1))], after: 0, upTo: 5))
    for (after, upTo) in [(Int64(0), Int64(6)), (4, 6), (5, 4), (6, 7)] {
      #expect(throws: LibraryError.rollback(ours: 5, after: after, upTo: upTo)) {
        try library.apply(batch([try upsert("s00002", face(2))], after: after, upTo: upTo))
      }
    }
    #expect(library.peopleCount == 1)
  }

  @Test func `Templates of another model or school never enter`() throws {
    let library = try open()
    let other = EmbeddingOrigin(modelSHA256: "abc", engine: "opencv-5.0", aligner: 1)
    #expect(throws: LibraryError.otherModel) {
      try library.apply(
        LibraryBatch(organization: school, origin: other, after: 0, upTo: 1, more: false, changes: []))
    }
    let elsewhere = try OrganizationID("O2000")
    #expect(throws: LibraryError.otherOrganization(elsewhere)) {
      try library.apply(
        LibraryBatch(organization: elsewhere, origin: origin, after: 0, upTo: 1, more: false, changes: []))
    }
  }

  @Test func `A library of the same engine's other minor version stays and goes on`() throws {
    try open().apply(batch([try upsert("s00001", face(1))], after: 0, upTo: 7))
    let ours = EmbeddingOrigin(modelSHA256: "abc", engine: "opencv-4.10", aligner: 1)
    let newer = try open(origin: ours)
    try newer.apply(batch([try upsert("s00002", face(2))], after: 7, upTo: 8))
    #expect(newer.version == 8)
    #expect(try newer.match(face(1)).best?.person.user.outUserID.text == "s00001")
    #expect(try newer.match(face(2)).best?.person.user.outUserID.text == "s00002")
  }

  @Test func `A new model empties the library and starts the sync over`() throws {
    try open().apply(batch([try upsert("s00001", face(1))], after: 0, upTo: 7))
    let newer = try open(origin: EmbeddingOrigin(modelSHA256: "abc", engine: "opencv-4.6", aligner: 2))
    #expect(newer.version == 0)
    #expect(newer.peopleCount == 0)
  }

  @Test func `A bad template refuses the batch and leaves the library as it was`() throws {
    let library = try open()
    try library.apply(batch([try upsert("s00001", face(1))], after: 0, upTo: 1))
    let notANumber = Data((0..<128).flatMap { _ in [0, 0, 0xC0, 0x7F] as [UInt8] })
    for bytes in [Data(), Data(count: 511), Data(count: 512), notANumber] {
      let bad = try OutUserID("s00002")
      #expect(throws: LibraryError.badTemplate(bad)) {
        try library.apply(
          batch(
            [.delete(try OutUserID("s00001")), .upsert(try person("s00002"), templates: [bytes])], after: 1,
            upTo: 2))
      }
    }
    #expect(library.peopleCount == 1)
    #expect(library.version == 1)
  }

  @Test func `A user deleted and sent again in one batch stays; one sent and deleted is gone`() throws {
    let library = try open()
    let (back, gone) = (try OutUserID("s00001"), try OutUserID("s00002"))
    try library.apply(batch([try upsert("s00001", face(1))], after: 0, upTo: 1))
    try library.apply(
      batch(
        [.delete(back), try upsert("s00001", face(3)), try upsert("s00002", face(2)), .delete(gone)],
        after: 1,
        upTo: 2))
    for library in [library, try open()] {
      let match = library.match(try face(3))
      #expect(match.best?.person.user.outUserID == back)
      #expect(abs((match.best?.cosine ?? 0) - 1) < 1e-5)
      #expect(match.runnerUp == nil)
      #expect(library.peopleCount == 1)
      #expect(library.templateCount == 1)
    }
  }

  @Test func `Several hundred users with several templates are all there after a restart`() throws {
    func face(_ number: Int) throws -> Embedding {
      try Embedding(scaling: (1...128).map { Float($0 * number % 1_999) - 999 })
    }
    let changes = try (0..<600).map { try upsert("s\(10_000 + $0)", face($0 + 1), face($0 + 1_001)) }
    try open().apply(batch(changes, after: 0, upTo: 600))
    let reopened = try open()
    #expect(reopened.peopleCount == 600)
    #expect(reopened.templateCount == 1_200)
    for index in [0, 255, 256, 511, 512, 599] {
      #expect(
        reopened.match(try face(index + 1_001)).best?.person.user.outUserID.text == "s\(10_000 + index)")
    }
  }

  @Test(.timeLimit(.minutes(5)))
  func `A match that crosses a batch names users of one moment and a version not newer`() async throws {
    let library = try open()
    let (one, other) = (try face(1), try face(2))
    try library.apply(batch([try upsert("s00000", one), try upsert("other", other)], after: 0, upTo: 0))
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        // Each version v has user v, and no longer user v - 1.
        for version in 1...Int64(60) {
          let old = try OutUserID("s0000\(version - 1)")
          try library.apply(
            batch([.delete(old), try upsert("s0000\(version)", one)], after: version - 1, upTo: version))
        }
      }
      group.addTask {
        while library.version < 60 {
          let match = library.match(one)
          let found = try #require(match.best?.person.user.outUserID.text.dropFirst(5))
          let user = try #require(Int64(found))
          #expect((match.libraryVersion...library.version + 1).contains(user))
          #expect(match.runnerUp?.person.user.outUserID.text == "other")
          await Task.yield()
        }
      }
      try await group.waitForAll()
    }
  }
}
