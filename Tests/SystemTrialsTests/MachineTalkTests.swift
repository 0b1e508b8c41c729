import Foundation
import Testing

@testable import SystemTrials

@Suite struct MachineTalkTests {
  @Test func `a command travels in one line whatever is in it`() throws {
    var talk = MachineTalk()
    let (number, line) = talk.ask("cat <<END\nschön \\n\nEND")
    let words = String(decoding: line, as: UTF8.self).dropLast().split(separator: " ")
    #expect(line.last == UInt8(ascii: "\n"))
    #expect(line.count { $0 == UInt8(ascii: "\n") } == 1)
    #expect(words.first == "\(number)")
    #expect(Data(base64Encoded: String(words[1])) == Data("cat <<END\nschön \\n\nEND".utf8))
  }

  @Test func `each command has a number of its own`() {
    var talk = MachineTalk()
    #expect(talk.ask("true").number != talk.ask("true").number)
  }

  @Test func `an answer that comes in pieces is put together`() {
    var talk = MachineTalk()
    let whole = Data("7 3 \(Data("one\ntwo\n".utf8).base64EncodedString())\n8 0\n".utf8)
    var answers: [MachineTalk.Answer] = []
    for byte in whole { answers += talk.receive(Data([byte])) }
    #expect(
      answers == [
        .init(number: 7, status: 3, said: "one\ntwo\n"), .init(number: 8, status: 0, said: ""),
      ])
  }

  @Test func `the greeting is known from answers, and noise is passed over`() {
    var talk = MachineTalk()
    let kernel = Data("6.1.0\n".utf8).base64EncodedString()
    let answers = talk.receive(Data("login: \nready 0 \(kernel)\n9 0 no*base64\n".utf8))
    #expect(answers == [.init(number: nil, status: 0, said: "6.1.0\n")])
  }
}
