import CanteenCore
import FaceIndex
import GatewayProtocol
import Testing

@testable import FeatureLibrary

struct LibraryIndexTests {
  private let index = LibraryIndex(at: .start, scoreModel: .assumed)
  private let user: LibraryPerson
  private let other: LibraryPerson
  private let face: Embedding

  init() throws {
    user = LibraryPerson(
      user: RecognisedUser(outUserID: try OutUserID("s00001"), platformUserID: "P", displayName: "甲"))
    other = LibraryPerson(
      user: RecognisedUser(outUserID: try OutUserID("s00002"), platformUserID: "P", displayName: "乙"))
    face = try Embedding(scaling: (0..<128).map(Float.init))
    try index.apply([.upsert(user, [face])], upTo: StorePlace(epoch: nil, cursor: 1), scoreModel: .assumed)
  }

  @Test func `I6: a user deleted while a search runs is not named by it`() throws {
    let found = index.search(for: face)
    #expect(found.people.best?.owner == user.user.outUserID)
    try index.apply(
      [.delete(user.user.outUserID), .upsert(other, [face])], upTo: StorePlace(epoch: nil, cursor: 2),
      scoreModel: .assumed)
    #expect(index.named(found) == nil)
    #expect(index.match(face).best?.person == other)
  }

  @Test func `A search that crosses a batch claims the version it began with`() throws {
    let found = index.search(for: face)
    try index.apply([.upsert(other, [face])], upTo: StorePlace(epoch: nil, cursor: 2), scoreModel: .assumed)
    #expect(index.named(found)?.libraryVersion == 1)
    #expect(index.match(face).libraryVersion == 2)
  }

  @Test func `A user who is sent again goes by the new name`() throws {
    let renamed = LibraryPerson(
      user: RecognisedUser(outUserID: user.user.outUserID, platformUserID: "P", displayName: "丙"))
    try index.apply([.upsert(renamed, [face])], upTo: StorePlace(epoch: nil, cursor: 2), scoreModel: .assumed)
    #expect(index.match(face).best?.person == renamed)
    #expect(index.peopleCount == 1)
  }
}
