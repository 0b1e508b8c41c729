import Crypto
import GatewayProtocol
import Testing

struct PairingCodeTests {
  private let code: PairingCode

  init() {
    var generator = SystemRandomNumberGenerator()
    code = PairingCode(
      ticket: .random(using: &generator),
      fingerprint: AuthorityFingerprint(of: P256.Signing.PrivateKey().publicKey))
  }

  @Test func `What is shown is read again, however it is typed`() throws {
    let shown = code.description
    #expect(shown.split(separator: "-").map(\.count) == [5, 5, 5, 5, 5])
    #expect(try PairingCode(typed: shown) == code)
    #expect(try PairingCode(typed: " \(shown.lowercased().replacing("-", with: " ")) ") == code)
    let wide = String(
      String.UnicodeScalarView(shown.unicodeScalars.map { Unicode.Scalar($0.value + 0xFEE0) ?? $0 }))
    #expect(try PairingCode(typed: wide) == code, "full-width letters, figures and dashes")
  }

  @Test func `Every wrong character and every pair that changed places is noticed`() {
    let letters = Array(code.description.filter { $0 != "-" })
    for place in letters.indices {
      for other in PairingCode.alphabet where other != letters[place] {
        var wrong = letters
        wrong[place] = other
        #expect(throws: PairingCodeError.mistyped) { try PairingCode(typed: String(wrong)) }
      }
      guard place > 0, letters[place] != letters[place - 1] else { continue }
      var wrong = letters
      wrong.swapAt(place, place - 1)
      #expect(throws: PairingCodeError.mistyped) { try PairingCode(typed: String(wrong)) }
    }
  }

  @Test func `What cannot be a code is told apart from one with a slip`() {
    let letters = code.description.filter { $0 != "-" }
    #expect(throws: PairingCodeError.wrongLength) { try PairingCode(typed: String(letters.dropLast())) }
    #expect(throws: PairingCodeError.wrongLength) { try PairingCode(typed: letters + "A") }
    #expect(throws: PairingCodeError.foreignCharacter("0")) {
      try PairingCode(typed: "0" + letters.dropFirst())
    }
    #expect(throws: PairingCodeError.foreignCharacter("ß")) { try PairingCode(typed: "ß") }
    #expect(throws: PairingCodeError.wrongLength) {
      try PairingCode(typed: String(repeating: "A", count: 9_999))
    }
  }

  @Test func `A fingerprint is the authority's own`() {
    let key = P256.Signing.PrivateKey().publicKey
    #expect(AuthorityFingerprint(of: key) == AuthorityFingerprint(of: key))
    #expect(AuthorityFingerprint(of: key) != AuthorityFingerprint(of: P256.Signing.PrivateKey().publicKey))
  }

  @Test func `A ticket is eight characters of the alphabet`() {
    #expect(PairingTicket(code.ticket.text) == code.ticket)
    #expect(PairingTicket("ABCDEFG") == nil)
    #expect(PairingTicket("ABCD-FGH") == nil)
    #expect(PairingTicket("abcdefgh") == nil, "programs send them as they are")
  }
}
