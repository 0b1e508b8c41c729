import CanteenCore
import CanteenTestSupport
import Foundation
import Roster
import Testing

struct RosterTests {
  private func roster(_ text: String) throws -> Roster { try Roster(csv: Data(text.utf8)) }

  @Test func `A list as Excel saves it is read, with mark, quotes and Windows line ends`() throws {
    let roster = try roster(
      "\u{FEFF}out_user_id,display_name,group,phone,contract_account\r\n"
        + "s00001,\"王, 小\"\"明\"\"\",students,13912345678,C1\r\n\r\ns00002,\"两\r\n行\",,,\r\n")
    #expect(roster.entries.map(\.id.text) == ["s00001", "s00002"])
    #expect(roster.entries[0].displayName == "王, 小\"明\"")
    #expect(roster.entries[0].phone == "13912345678")
    #expect(roster.entries[1].phone == "")
    #expect(roster.entries[1].line == 4)
  }

  @Test func `Columns may be left out or stand in another order`() throws {
    let roster = try roster("display_name,out_user_id\n甲,s00001")
    #expect(roster.entries.first?.displayName == "甲")
    #expect(roster.entries.first?.phone == nil)
  }

  @Test(arguments: [
    ("out_user_id,dsiplay_name\n", "did you mean \"display_name\"?"),
    ("out_user_id\n", "\"display_name\" is missing"),
    ("out_user_id,display_name,phone,phone\n", "\"phone\" is there twice"),
    ("out_user_id,display_name\ns00001\n", "Line 2 has 1 fields"),
    ("out_user_id,display_name\ns00001,a\ns00001,b\n", "on line 2"),
    ("out_user_id,display_name\n学生,a\n", "Line 2: \"学生\" is not a valid name"),
    ("out_user_id,display_name\ns00001,\"a\n", "opened on line 2"),
    ("out_user_id,display_name\ns00001,a\"b\n", "middle of a field"),
    ("", "empty"),
  ])
  func `A list that cannot be used is refused in words`(text: String, words: String) throws {
    let error = #expect(throws: RosterError.self) { try roster(text) }
    #expect(error?.description.contains(words) == true, "\(String(describing: error))")
  }

  @Test func `A list in GBK is refused with what to do`() throws {
    let gbk = Data("out_user_id,display_name\ns00001,".utf8) + Data([0xcd, 0xf5, 0xd0, 0xa1])
    let error = #expect(throws: RosterError.self) { try Roster(csv: gbk) }
    #expect(error?.description.contains("CSV UTF-8") == true)
  }

  @Test func `Photographs find their person by name, number or folder`() throws {
    let folder = try TemporaryFolder()
    for name in [
      "s00001.jpg", "s00001_2.JPG", "s00001_10.jpeg", "s00001_x.jpg", "s00002_2.png", "s00009.jpg",
      "notes.txt",
    ] { try Data().write(to: folder.url.appending(path: name)) }
    for name in ["s00003/b.jpg", "s00003/a.png", "s00008/c.jpg"] {
      let file = folder.url.appending(path: name)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data().write(to: file)
    }
    let people = try ["s00001", "s00002", "s00002_2", "s00003", "s00004"].map { try OutUserID($0) }
    let photos = try PhotoFolder(folder.url, for: people)
    func names(_ id: String) throws -> [String] {
      (photos.photos[try OutUserID(id)] ?? []).map(\.lastPathComponent)
    }
    #expect(try names("s00001") == ["s00001.jpg", "s00001_2.JPG", "s00001_10.jpeg"])
    #expect(try names("s00002").isEmpty)
    #expect(try names("s00002_2") == ["s00002_2.png"])
    #expect(try names("s00003") == ["a.png", "b.jpg"])
    #expect(
      Set(photos.strays.map(\.lastPathComponent)) == ["s00001_x.jpg", "c.jpg", "s00009.jpg"])
  }
}
