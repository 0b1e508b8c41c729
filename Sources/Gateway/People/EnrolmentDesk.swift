import CanteenCore
import Daemon
import FaceRecognition
import Foundation
import GatewayProtocol
import HTTPTypes
import Imaging

/// Turns a photograph into a template and a student into a user of the library. Keeps no photograph.
actor EnrolmentDesk {
  private let models: RecognitionModels
  private let store: GatewayStore
  private let templates: TemplateVault
  private let platform: any PaymentPlatform
  private let wallClock: any WallClock
  private let executor = BlockingExecutor(label: "canteen.enrolment")
  /// Loaded for the first photograph: a gateway that enrols nobody needs no networks in memory.
  private var recognizer: FaceRecognizer?

  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  init(
    models: RecognitionModels, store: GatewayStore, templates: TemplateVault, platform: any PaymentPlatform,
    wallClock: any WallClock
  ) {
    self.models = models
    self.store = store
    self.templates = templates
    self.platform = platform
    self.wallClock = wallClock
  }

  /// - Throws: ``HTTPRefusal`` that says what to do about the photograph or the user.
  func enrol(_ id: OutUserID, named name: String, group: UserGroup?, photo: Data) async throws
    -> EnrolmentAnswer
  {
    // WeChat's collection refuses shorter ones.
    guard id.text.utf8.count > 5 else {
      throw HTTPRefusal(
        .unprocessableContent, code: "bad_user_id",
        "A user number needs at least 6 characters; \(id) is too short.")
    }
    guard (1...40).contains(name.count) else {
      throw HTTPRefusal(.unprocessableContent, code: "bad_name", "Give a name of 1 to 40 characters.")
    }
    let template = try template(from: photo)
    let standing: FaceUserStanding?
    do {
      standing = try await platform.standing(of: id)
    } catch {
      throw HTTPRefusal(
        .badGateway, code: "platform", "The payment platform could not be asked about \(id): \(error)")
    }
    let user = RecognisedUser(
      outUserID: id, platformUserID: standing?.platformUserID ?? "", displayName: name, group: group)
    let mayPay = standing?.mayPay ?? false
    let sealed = try templates.seal([template.littleEndianBytes], of: id)
    try await store.save(
      EnrolledUser(user: user, mayPay: mayPay, sealedTemplates: sealed), at: wallClock.now())
    return EnrolmentAnswer(
      user: user, mayPay: mayPay,
      note: mayPay
        ? "enrolled; tills have the face within two minutes"
        : "enrolled, but the guardian's contract is not signed: tills get the face once it is")
  }

  private func template(from photo: Data) throws -> Embedding {
    do {
      return try loadedRecognizer().template(fromPhoto: [UInt8](photo))
    } catch let error as EnrolmentError {
      throw HTTPRefusal(.unprocessableContent, code: error.code, error.description)
    }
  }

  private func loadedRecognizer() throws -> FaceRecognizer {
    if let recognizer { return recognizer }
    let loaded = try FaceRecognizer(models: models)
    recognizer = loaded
    return loaded
  }
}

struct EnrolmentAnswer: Codable, Sendable {
  let user: RecognisedUser
  let mayPay: Bool
  let note: String

  private enum CodingKeys: String, CodingKey {
    case user
    case mayPay = "may_pay"
    case note
  }
}

extension EnrolmentError {
  fileprivate var code: String {
    switch self {
    case .picture: "unreadable_picture"
    case .noFace: "no_face"
    case .severalFaces: "several_faces"
    case .poor: "poor_picture"
    }
  }
}
