public import Crypto
import Foundation

/// What an installer types at a box to make it a till: which offer of the gateway to take up, a secret that proves the
/// right to, and whom alone the secret may be told to.
///
/// 25 characters of an alphabet without look-alikes, shown in groups of five. Three name the offer, five are its secret,
/// sixteen are the fingerprint of the gateway's authority, and the last is a check character: a slip of the finger is
/// noticed at the box.
public struct PairingCode: Sendable, Hashable, CustomStringConvertible {
  /// 32 letters and digits; I, O, 0 and 1 are missing.
  public static let alphabet = Array("ABCDEFGHJKLMNPQRSTUVWXYZ23456789")

  static let offerLength = 3
  static let secretLength = 5
  private static let length = offerLength + secretLength + AuthorityFingerprint.length + 1

  /// What the gateway is shown: offer and secret, eight characters.
  public let ticket: PairingTicket
  public let fingerprint: AuthorityFingerprint

  public init(ticket: PairingTicket, fingerprint: AuthorityFingerprint) {
    self.ticket = ticket
    self.fingerprint = fingerprint
  }

  /// Reads what somebody typed: small letters, full-width letters, blanks and dashes are all right.
  public init(typed text: String) throws(PairingCodeError) {
    var characters: [Character] = []
    for character in text where !Self.separates(character) {
      let folded = Self.folded(character)
      guard Self.alphabet.contains(folded) else { throw .foreignCharacter(character) }
      characters.append(folded)
      guard characters.count <= Self.length else { throw .wrongLength }
    }
    guard characters.count == Self.length else { throw .wrongLength }
    guard Self.check(of: characters.dropLast()) == characters.last else { throw .mistyped }
    ticket = PairingTicket(
      offer: String(characters[..<Self.offerLength]),
      secret: String(characters[Self.offerLength..<(Self.offerLength + Self.secretLength)]))
    fingerprint = AuthorityFingerprint(
      text: String(characters[(Self.offerLength + Self.secretLength)..<(Self.length - 1)]))
  }

  public var description: String {
    let text = Array(ticket.text + fingerprint.text)
    let whole = text + [Self.check(of: text[...])]
    return stride(from: 0, to: whole.count, by: 5).map { String(whole[$0..<($0 + 5)]) }.joined(separator: "-")
  }

  private static func separates(_ character: Character) -> Bool {
    character.isWhitespace || "-‐‑‒–—―－_·.".contains(character)
  }

  /// Capital and of half width.
  private static func folded(_ character: Character) -> Character {
    let scalars = String(character).uppercased().unicodeScalars
    guard scalars.count == 1, let scalar = scalars.first else { return character }
    guard (0xFF01...0xFF5E).contains(scalar.value), let half = Unicode.Scalar(scalar.value - 0xFEE0) else {
      return Character(scalar)
    }
    return Character(String(half).uppercased())
  }

  /// Differs when one character does, and when two neighbours change places: a sum over GF(32), each place weighed
  /// by another power of its generator.
  private static func check(of characters: ArraySlice<Character>) -> Character {
    var (sum, weight) = (0, 1)
    for character in characters {
      sum ^= product(weight, alphabet.firstIndex(of: character) ?? 0)
      weight = product(weight, 2)
    }
    return alphabet[sum]
  }

  /// In GF(32), modulo x⁵ + x² + 1.
  private static func product(_ a: Int, _ b: Int) -> Int {
    var (sum, factor) = (0, a)
    for bit in 0..<5 {
      if b >> bit & 1 == 1 { sum ^= factor }
      factor <<= 1
      if factor & 0b100000 != 0 { factor ^= 0b100101 }
    }
    return sum
  }
}

/// The part of a ``PairingCode`` that the gateway is shown, once it has proved that it is the right one.
public struct PairingTicket: Sendable, Hashable {
  public let offer: String
  public let secret: String

  init(offer: String, secret: String) {
    self.offer = offer
    self.secret = secret
  }

  /// A new one for a new offer.
  public static func random(using generator: inout some RandomNumberGenerator) -> PairingTicket {
    func characters(_ count: Int) -> String {
      String((0..<count).map { _ in PairingCode.alphabet[Int.random(in: 0..<32, using: &generator)] })
    }
    return PairingTicket(
      offer: characters(PairingCode.offerLength), secret: characters(PairingCode.secretLength))
  }

  /// nil when it cannot be one.
  public init?(_ text: String) {
    let characters = Array(text)
    guard characters.count == PairingCode.offerLength + PairingCode.secretLength,
      characters.allSatisfy(PairingCode.alphabet.contains)
    else { return nil }
    self.init(
      offer: String(characters[..<PairingCode.offerLength]),
      secret: String(characters[PairingCode.offerLength...]))
  }

  public var text: String { offer + secret }
}

/// The first 80 bits of the hash of an authority's key, as sixteen characters of a pairing code.
public struct AuthorityFingerprint: Sendable, Hashable {
  static let length = 16

  let text: String

  init(text: String) { self.text = text }

  public init(of key: P256.Signing.PublicKey) {
    var hash = SHA256()
    hash.update(data: Data("canteen-authority-1\n".utf8))
    hash.update(data: key.x963Representation)
    var (bits, held, text) = (0, 0, "")
    for byte in hash.finalize().prefix(Self.length * 5 / 8) {
      (bits, held) = (bits << 8 | Int(byte), held + 8)
      while held >= 5 {
        held -= 5
        text.append(PairingCode.alphabet[bits >> held & 31])
      }
      bits &= (1 << held) - 1
    }
    self.text = text
  }
}

/// What is wrong with a code that somebody typed.
public enum PairingCodeError: Error, Equatable, CustomStringConvertible {
  case wrongLength
  case foreignCharacter(Character)
  case mistyped

  public var description: String {
    switch self {
    case .wrongLength:
      "A pairing code has 25 characters, in five groups of five; compare it with the gateway's."
    case .foreignCharacter(let character):
      "“\(character)” is in no pairing code (neither are I, O, 0 and 1); compare it with the gateway's."
    case .mistyped:
      "A character of the pairing code is wrong, or two have changed places; compare it with the gateway's."
    }
  }
}
