import StrictDecoding
import Foundation
import Testing

struct StrictJSONTests {
  private struct Meal: Decodable, Equatable {
    struct Dish: Decodable, Equatable {
      let name: String
      let picture: Data?
    }

    enum Payer: Decodable, Equatable {
      case guest
      case pupil(number: Int)
    }

    let title: String
    let note: String?
    let dishes: [Dish]?
    let prices: [String: Int]?
    let remarks: [String?]?
    let payer: Payer?
  }

  private func read(_ text: String) throws -> Meal { try StrictJSON.decode(Meal.self, from: text.utf8) }

  @Test func `Everything a type knows is read, whatever its kind`() throws {
    let meal = try read(
      """
      {"title": "lunch", "note": null, "dishes": [{"name": "rice", "picture": "AQI="}], "prices": {"rice": 200},
       "remarks": ["a", null], "payer": {"pupil": {"number": 7}}}
      """)
    #expect(
      meal
        == Meal(
          title: "lunch", note: nil, dishes: [.init(name: "rice", picture: Data([1, 2]))],
          prices: ["rice": 200], remarks: ["a", nil], payer: .pupil(number: 7)))
  }

  @Test(arguments: [
    (#"{"title": "lunch", "noot": "x"}"#, #""noot" is not known; did you mean "note"?"#),
    (#"{"titel": "lunch"}"#, #""titel" is not known; did you mean "title"?"#),
    (
      #"{"title": "l", "dishes": [{"name": "a"}, {"name": "b", "pictur": ""}]}"#,
      #""dishes.1.pictur" is not known; did you mean "dishes.1.picture"?"#
    ),
    (#"{"title": "l", "payer": {"pupil": {"number": 7, "x": 1}}}"#, #""payer.pupil.x" is not known"#),
    (#"{"note": "lunch"}"#, #""title" is missing"#),
    (#"{"title": "a", "title": "b"}"#, #""title" is given twice"#),
    (#"{"title": "a", "t\u0069tle": "b"}"#, #""title" is given twice"#),
    (#"{"title": "l", "dishes": [{"name": "a", "name": "b"}]}"#, #""name" is given twice"#),
    (#"{"title": "lunch"} {}"#, "not JSON"),
    (#"{"title": "lunch"}x"#, "not JSON"),
    (#"{"title": "lunch""#, "not JSON"),
    (#"{"title": "lunch"#, "not JSON"),
    (#"{"title": 7}"#, "wrong type at title"),
    (#"{"title": null}"#, "wrong type at title"),
    ("[]", "wrong type at the top"),
    ("", "not JSON"),
  ])
  func `Anything else is refused with the place`(text: String, words: String) throws {
    let error = #expect(throws: StrictJSONError.self) { try read(text) }
    #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
  }

  @Test func `The same key in two objects and as a value is no duplicate`() throws {
    let text = #"{"title": "title", "note": "{\"title\"", "dishes": [{"name": "a"}, {"name": "a"}]}"#
    #expect(try read(text).dishes?.count == 2)
  }

  @Test func `Nesting is refused before anything reads it`() throws {
    let text = String(repeating: #"{"title":"#, count: 1_000_000)
    #expect(throws: StrictJSONError.tooDeep(16)) { try read(text) }
    #expect(throws: StrictJSONError.tooDeep(16)) { try read(String(repeating: "[", count: 17)) }
  }

  @Test(arguments: [String.Encoding.utf16, .utf16LittleEndian, .utf32])
  func `A text in another encoding is refused, not guessed`(encoding: String.Encoding) throws {
    let text = try #require(#"{"title": "a", "title": "b"}"#.data(using: encoding))
    #expect(throws: StrictJSONError.notUTF8) { try StrictJSON.decode(Meal.self, from: text) }
  }

  private struct Payment: Decodable, Equatable {
    struct Amount: Decodable, Equatable { let total: Int }

    let amount: Amount
    let parts: [Int]?
  }

  @Test(arguments: [
    #"{"amount": {"total": 1e2}}"#, #"{"amount": {"total": 100.0}}"#, #"{"amount": {"total": 1E2}}"#,
    #"{"amount": {"total": 100}, "parts": [1, 1e1]}"#,
  ])
  func `An integer that is read is written as one`(text: String) {
    #expect(throws: StrictJSONError.notPlainNumber) {
      try StrictJSON.decodeKnownPart(Payment.self, from: text.utf8)
    }
  }

  @Test(arguments: [
    #"{"amount": {"total": 100}, "rate": 0.6}"#, #"{"amount": {"total": 100, "rate": 6e-1}}"#,
    #"{"more": [{"total": 0.5}, {"amount": {"total": 0.5}}], "amount": {"total": 100}}"#,
    #"{"amount": {"total": 100, "e": true, "text": "1.5e2"}}"#,
  ])
  func `What nobody reads may be any number`(text: String) throws {
    let payment = try StrictJSON.decodeKnownPart(Payment.self, from: text.utf8)
    #expect(payment == Payment(amount: .init(total: 100), parts: nil))
  }
}
