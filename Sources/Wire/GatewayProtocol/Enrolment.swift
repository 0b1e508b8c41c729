public import CanteenCore
public import Foundation

/// `POST /v1/admin/people/ID/faces`: photographs of one person, and what is known about them.
///
/// A field that is nil stays as it is; an empty text takes it away. An empty `display_name` is refused.
public struct EnrolmentRequest: Sendable, Codable {
  /// One call takes at most this many photographs, which is also how many shots are kept.
  public static let mostPhotos = 5
  public static let largestPhoto = 16 << 20
  /// The photographs travel as base64.
  public static let mostBytes = mostPhotos * largestPhoto / 3 * 4 + (1 << 16)

  public struct Photo: Sendable, Codable {
    /// What the photograph is called in answers.
    public let name: String
    /// JPEG or PNG.
    public let bytes: Data

    public init(name: String, bytes: Data) {
      self.name = name
      self.bytes = bytes
    }
  }

  public var displayName: String?
  public var group: String?
  public var phone: String?
  public var contractAccount: String?
  public var photos: [Photo]
  /// Drop the shots kept so far.
  public var replace = false
  /// Staff vouch that this person is none of those who look like them.
  public var allowLookAlike = false
  /// Judge only; nothing is kept.
  public var check = false

  public init(photos: [Photo]) {
    self.photos = photos
  }

  private enum CodingKeys: String, CodingKey {
    case displayName = "display_name"
    case group
    case phone
    case contractAccount = "contract_account"
    case photos
    case replace
    case allowLookAlike = "allow_look_alike"
    case check
  }
}

/// What became of an ``EnrolmentRequest``, in words for school staff.
public struct EnrolmentVerdict: Sendable, Codable, Equatable {
  public enum Outcome: String, Sendable, Codable {
    case enrolled
    /// The same photographs and particulars were enrolled before.
    case unchanged
    case refused
    /// The person can be enrolled; the request asked only for a check.
    case wouldEnrol = "would_enrol"
  }

  public struct Photo: Sendable, Codable, Equatable {
    public let name: String
    /// Why it is not used; nil when it is.
    public let flaw: String?

    public init(name: String, flaw: String?) {
      self.name = name
      self.flaw = flaw
    }
  }

  public struct LookAlike: Sendable, Codable, Equatable {
    public let id: OutUserID
    public let displayName: String
    /// The best cosine between a shot of the one and a shot of the other.
    public let score: Float

    public init(id: OutUserID, displayName: String, score: Float) {
      self.id = id
      self.displayName = displayName
      self.score = score
    }

    private enum CodingKeys: String, CodingKey {
      case id
      case displayName = "display_name"
      case score
    }
  }

  public let id: OutUserID
  public var outcome: Outcome
  /// One sentence: why it was refused, or what happens next.
  public var note: String
  /// A word for programs when refused: `bad_user_id`, `no_usable_photo`, `other_person`, `looks_like`, …
  public var code: String?
  public var photos: [Photo] = []
  public var lookAlikes: [LookAlike] = []
  /// Shots now kept.
  public var shots = 0
  public var mayPay = false

  public init(id: OutUserID, outcome: Outcome, note: String, code: String? = nil) {
    self.id = id
    self.outcome = outcome
    self.note = note
    self.code = code
  }

  private enum CodingKeys: String, CodingKey {
    case id
    case outcome
    case note
    case code
    case photos
    case lookAlikes = "look_alikes"
    case shots
    case mayPay = "may_pay"
  }
}

/// `GET /v1/admin/people`: one enrolled person, without anything of the face or the guardian.
public struct EnrolledPerson: Sendable, Codable, Equatable {
  public let id: OutUserID
  public let displayName: String
  public let mayPay: Bool
  /// Tills do not get this person until new photographs are enrolled; nil when all is well.
  public let enrolAnew: EnrolAnew?

  /// Why the templates of a person are not published.
  public enum EnrolAnew: String, Sendable, Codable {
    /// Made with another recognition model than the gateway's.
    case otherModel = "other_model"
    /// They cannot be opened, or are not what was sealed.
    case damaged
  }

  public init(id: OutUserID, displayName: String, mayPay: Bool, enrolAnew: EnrolAnew?) {
    self.id = id
    self.displayName = displayName
    self.mayPay = mayPay
    self.enrolAnew = enrolAnew
  }

  private enum CodingKeys: String, CodingKey {
    case id
    case displayName = "display_name"
    case mayPay = "may_pay"
    case enrolAnew = "enrol_anew"
  }
}
