extension UInt8 {
  /// One of `A–Z a–z 0–9 _ -`: what both platforms accept in a merchant's order or refund number. An
  /// ``Identifier`` may also contain a dot.
  var isNameCharacter: Bool {
    switch self {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default: false
    }
  }
}
