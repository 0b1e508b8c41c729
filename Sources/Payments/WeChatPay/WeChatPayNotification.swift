import CanteenCore
import Crypto
import Foundation
import PaymentPlatform

/// A notification whose signature held and whose resource was opened.
struct WeChatPayNotification: Sendable, Equatable {
  /// For example `FACEPAY.USER_STATE_CHANGE`.
  let type: String
  /// JSON.
  let resource: Data

  /// - Throws: ``EventRefusal/notOurs`` for another school's user or another type.
  func event(for organization: OrganizationID) throws(EventRefusal) -> PlatformEvent {
    guard type == "FACEPAY.USER_STATE_CHANGE" else { throw .notOurs }
    guard let change = try? JSONDecoder().decode(UserStateChange.self, from: resource) else {
      throw .unreadable
    }
    guard change.organization == organization else { throw .notOurs }
    return .userChanged(change.outUserID)
  }
}

/// It does not say whether the user signed or ended the contract, so the receiver must query the user.
private struct UserStateChange: Decodable {
  let outUserID: OutUserID
  let organization: OrganizationID

  enum CodingKeys: String, CodingKey {
    case outUserID = "out_user_id"
    case organization = "organization_id"
  }
}

/// The notification as it is sent; the resource is encrypted with the API v3 key.
private struct Envelope: Decodable {
  struct Resource: Decodable {
    let algorithm: String
    let associatedData: String?
    let nonce: String
    let ciphertext: Data

    enum CodingKeys: String, CodingKey {
      case algorithm
      case associatedData = "associated_data"
      case nonce
      case ciphertext
    }

    /// - Returns: nil for another key, altered bytes or another algorithm.
    func opened(with key: SymmetricKey) -> Data? {
      guard algorithm == "AEAD_AES_256_GCM", nonce.utf8.count == 12, ciphertext.count >= 16,
        let nonce = try? AES.GCM.Nonce(data: Data(nonce.utf8)),
        let box = try? AES.GCM.SealedBox(
          nonce: nonce, ciphertext: ciphertext.dropLast(16), tag: ciphertext.suffix(16))
      else { return nil }
      return try? AES.GCM.open(box, using: key, authenticating: Data((associatedData ?? "").utf8))
    }
  }

  let type: String
  let resource: Resource

  enum CodingKeys: String, CodingKey {
    case type = "event_type"
    case resource
  }
}

extension WeChatPayNotification {
  /// Source: WeChat Pay's rules for checking signatures demand that probes are refused, like any wrong
  /// signature.
  private static let probePrefix = "WECHATPAY/SIGNTEST/"

  /// Checks the signature and that its time is within five minutes of ours, and only then opens the resource.
  ///
  /// - Parameter headers: by name, in any case.
  init(
    headers: [String: String], body: Data, credentials: WeChatPayCredentials, now: Timestamp
  ) throws(EventRefusal) {
    let headers = Dictionary(headers.map { ($0.lowercased(), $1) }) { first, _ in first }
    guard headers["wechatpay-signature"]?.hasPrefix(Self.probePrefix) != true else { throw .probe }
    do throws(AnswerFlaw) {
      try AnswerVerifier(credentials: credentials).verify(body: body, now: now) { headers[$0.lowercased()] }
    } catch {
      throw .unverified(error.description)
    }
    guard let envelope = try? JSONDecoder().decode(Envelope.self, from: body),
      let resource = envelope.resource.opened(with: credentials.apiV3Key)
    else { throw .unreadable }
    self.init(type: envelope.type, resource: resource)
  }
}
