import CanteenCore
import Foundation
import GatewayProtocol
import Testing

struct TerminalEventsTests {
  @Test func `News of a kind that this version does not know are left out, and the others are heard`() throws
  {
    let text = """
      {"cursor":7,"items":[{"leaseChanged":{}},{"somethingNew":{"_0":{"a":1}}},{"leaseChanged":{}}]}
      """
    let events = try JSONDecoder().decode(TerminalEvents.self, from: Data(text.utf8))
    #expect(events.items == [.leaseChanged, .leaseChanged])
    #expect((events.unknownItems, events.cursor) == (1, 7))
  }

  @Test func `News of a known kind that cannot be read come again`() {
    let text = #"{"cursor":7,"items":[{"userStanding":{"_0":{"out_user_id":5}}}]}"#
    #expect(throws: (any Error).self) {
      try JSONDecoder().decode(TerminalEvents.self, from: Data(text.utf8))
    }
  }

  @Test func `What is written is read again`() throws {
    let events = TerminalEvents(
      items: [.leaseChanged, .userStanding(UserStanding(user: try OutUserID("s00001"), bar: nil))], cursor: 9)
    let again = try CanonicalJSON.decode(TerminalEvents.self, from: CanonicalJSON.text(events))
    #expect(again.items == events.items)
    #expect(again.place == events.place)
  }
}
