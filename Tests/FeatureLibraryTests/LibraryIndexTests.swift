import CanteenCore
import FaceIndex
import Testing

@testable import FeatureLibrary

struct LibraryIndexTests {
  private let index = LibraryIndex(version: 0)
  private let user: RecognisedUser
  private let other: RecognisedUser
  private let face: Embedding

  init() throws {
    user = RecognisedUser(outUserID: try OutUserID("s00001"), platformUserID: "P", displayName: "甲")
    other = RecognisedUser(outUserID: try OutUserID("s00002"), platformUserID: "P", displayName: "乙")
    face = try Embedding(scaling: (0..<128).map(Float.init))
    try index.apply([.upsert(user, [face])], upTo: 1)
  }

  @Test func `I6: a user deleted while a search runs is not named by it`() throws {
    let found = index.search(for: face)
    #expect(found.people.best?.owner == user.outUserID)
    try index.apply([.delete(user.outUserID), .upsert(other, [face])], upTo: 2)
    #expect(index.named(found) == nil)
    #expect(index.match(face).best?.user == other)
  }

  @Test func `A search that crosses a batch claims the version it began with`() throws {
    let found = index.search(for: face)
    try index.apply([.upsert(other, [face])], upTo: 2)
    #expect(index.named(found)?.libraryVersion == 1)
    #expect(index.match(face).libraryVersion == 2)
  }

  @Test func `A user who is sent again goes by the new name`() throws {
    let renamed = RecognisedUser(outUserID: user.outUserID, platformUserID: "P", displayName: "丙")
    try index.apply([.upsert(renamed, [face])], upTo: 2)
    #expect(index.match(face).best?.user == renamed)
    #expect(index.peopleCount == 1)
  }
}
