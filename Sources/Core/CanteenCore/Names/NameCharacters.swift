extension UInt8 {
  /// One of `A–Z a–z 0–9 _ -`: what both platforms take in a merchant's number of an order or a refund, and what
  /// every name of ours is made of.
  var isNameCharacter: Bool {
    switch self {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default: false
    }
  }
}
