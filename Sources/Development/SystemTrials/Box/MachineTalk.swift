import Foundation

/// What is said over the virtio port to the agent in the machine: a line each way, commands and what they
/// printed in base64, so that no line break and no byte can disturb the talk.
struct MachineTalk {
  struct Answer: Equatable {
    /// Nil for the agent's greeting after a boot.
    let number: Int?
    let status: Int32
    /// Output and complaints as they came.
    let said: String
  }

  private var number = 0
  private var received = Data()

  /// - Returns: the number that the answer will carry, and the line to send.
  mutating func ask(_ command: String) -> (number: Int, line: Data) {
    number += 1
    return (number, Data("\(number) \(Data(command.utf8).base64EncodedString())\n".utf8))
  }

  /// Takes in what arrived, however it was split; a line that is not an answer is skipped.
  mutating func receive(_ bytes: Data) -> [Answer] {
    received.append(bytes)
    var answers: [Answer] = []
    while let end = received.firstIndex(of: UInt8(ascii: "\n")) {
      if let answer = Self.answer(received[..<end]) { answers.append(answer) }
      received = Data(received[(end + 1)...])
    }
    return answers
  }

  private static func answer(_ line: Data) -> Answer? {
    let words = String(decoding: line, as: UTF8.self).split(separator: " ")
    guard words.count >= 2, words[0] == "ready" || Int(words[0]) != nil, let status = Int32(words[1]),
      let said = Data(base64Encoded: words.count > 2 ? String(words[2]) : "")
    else { return nil }
    return Answer(number: Int(words[0]), status: status, said: String(decoding: said, as: UTF8.self))
  }
}
